// The addon: set-up of the module. What it exports is the Native interface of index.ts.

#include <napi.h>
#include <node.h>

#include <cmath>
#include <string>

#include "attachment.h"
#include "guard.h"
#include "handles.h"
#include "origin.h"
#include "slot.h"
#include "wake.h"

namespace ringbeam {

namespace {

// Not a number: NaN, which is no slot and no process.
double numberAt(const Napi::CallbackInfo& info, size_t index) {
  return info[index].IsNumber() ? info[index].As<Napi::Number>().DoubleValue() : NAN;
}

Napi::Value onOpenSlot(const Napi::CallbackInfo& info) {
  SlotNumber number = 0;
  if (openSlot(&number)) return Napi::Number::New(info.Env(), number);
  Napi::Error::New(info.Env(), "ringbeam: no free slot").ThrowAsJavaScriptException();
  return {};
}

void onCloseSlot(const Napi::CallbackInfo& info) { closeSlot(numberAt(info, 0)); }

Napi::Value onWake(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), wake(numberAt(info, 0)));
}

Napi::Value onRequestKill(const Napi::CallbackInfo& info) {
  const bool found = requestKill(numberAt(info, 0), numberAt(info, 1), numberAt(info, 2));
  return Napi::Boolean::New(info.Env(), found);
}

// Of a promise that was rejected, or of what runs now.
Napi::Value onOrigin(const Napi::CallbackInfo& info) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Value> found = v8::Undefined(isolate);
  if (info[0].IsObject()) found = originOfRejection(isolate, toV8<v8::Object>(info[0]));
  if (found->IsUndefined()) found = currentOrigin(isolate);
  return Napi::Value(info.Env(), fromV8(found));
}

void onSetOrigin(const Napi::CallbackInfo& info) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  setOrigin(isolate, isolate->GetCurrentContext(), toV8<v8::Value>(info[0]));
}

// Node-API modules load into any Node, but this one uses V8 too, so it fits one ABI only. Until this
// check has passed it may not touch V8.
bool fitsThisNode(Napi::Env env) {
  const Napi::Object versions =
      env.Global().Get("process").As<Napi::Object>().Get("versions").As<Napi::Object>();
  const std::string abi = versions.Get("modules").As<Napi::String>();
  if (abi == std::to_string(NODE_MODULE_VERSION)) return true;
  const std::string built_for = "built for Node ABI " + std::to_string(NODE_MODULE_VERSION) + ", this is " + abi;
  Napi::Error::New(env, built_for).ThrowAsJavaScriptException();
  return false;
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  if (!fitsThisNode(env)) return exports;
  exports.Set("openSlot", Napi::Function::New(env, onOpenSlot, "openSlot"));
  exports.Set("closeSlot", Napi::Function::New(env, onCloseSlot, "closeSlot"));
  exports.Set("attach", Napi::Function::New(env, attach, "attach"));
  exports.Set("wake", Napi::Function::New(env, onWake, "wake"));
  exports.Set("requestKill", Napi::Function::New(env, onRequestKill, "requestKill"));
  exports.Set("origin", Napi::Function::New(env, onOrigin, "origin"));
  exports.Set("setOrigin", Napi::Function::New(env, onSetOrigin, "setOrigin"));
  return exports;
}

}  // namespace

NODE_API_MODULE(ringbeam, init)

}  // namespace ringbeam
