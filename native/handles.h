// Node-API hides V8's handles without changing them.

#ifndef RINGBEAM_HANDLES_H_
#define RINGBEAM_HANDLES_H_

#include <node_api.h>
#include <v8.h>

#include <cstring>

namespace ringbeam {

template <typename T>
v8::Local<T> toV8(napi_value value) {
  static_assert(sizeof(v8::Local<v8::Value>) == sizeof(napi_value));
  v8::Local<v8::Value> local;
  std::memcpy(static_cast<void*>(&local), &value, sizeof(value));
  return local.As<T>();
}

inline napi_value fromV8(v8::Local<v8::Value> local) { return reinterpret_cast<napi_value>(*local); }

}  // namespace ringbeam

#endif  // RINGBEAM_HANDLES_H_
