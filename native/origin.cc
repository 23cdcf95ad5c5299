#include "origin.h"

#include <node.h>

// Node's own listener, which ours stands in front of. Exported by the binary, but by no header: so it may be missing.
#if NODE_MODULE_VERSION < 137 && defined(__linux__)
#define RINGBEAM_REMEMBERS_REJECTIONS
namespace node {
__attribute__((weak, visibility("default"))) void PromiseRejectCallback(v8::PromiseRejectMessage message);
}
#endif

namespace ringbeam {

namespace {

v8::Local<v8::Private> originKey(v8::Isolate* isolate) {
  return v8::Private::ForApi(isolate, v8::String::NewFromUtf8Literal(isolate, "ringbeam:origin"));
}

#ifdef RINGBEAM_REMEMBERS_REJECTIONS
void onReject(v8::PromiseRejectMessage message) {
  v8::Local<v8::Promise> promise = message.GetPromise();
  if (message.GetEvent() == v8::kPromiseRejectWithNoHandler) {
    v8::Isolate* const isolate = promise->GetIsolate();
    v8::HandleScope handles(isolate);
    v8::Local<v8::Value> origin = currentOrigin(isolate);
    if (origin->IsObject()) {
      (void)promise->SetPrivate(isolate->GetCurrentContext(), originKey(isolate), origin).IsNothing();
    }
  }
  node::PromiseRejectCallback(message);
}
#endif

}  // namespace

v8::Local<v8::Value> currentOrigin(v8::Isolate* isolate) {
#if NODE_MODULE_VERSION >= 127
  return isolate->GetContinuationPreservedEmbedderData();
#else
  return isolate->GetCurrentContext()->GetContinuationPreservedEmbedderData();
#endif
}

void setOrigin(v8::Isolate* isolate, v8::Local<v8::Context> context, v8::Local<v8::Value> origin) {
#if NODE_MODULE_VERSION >= 127
  (void)context;
  isolate->SetContinuationPreservedEmbedderData(origin);
#else
  (void)isolate;
  context->SetContinuationPreservedEmbedderData(origin);
#endif
}

void rememberRejections(v8::Isolate* isolate) {
#ifdef RINGBEAM_REMEMBERS_REJECTIONS
  if (node::PromiseRejectCallback != nullptr) isolate->SetPromiseRejectCallback(onReject);
#else
  (void)isolate;
#endif
}

v8::Local<v8::Value> originOfRejection(v8::Isolate* isolate, v8::Local<v8::Object> promise) {
  v8::Local<v8::Value> origin;
  if (promise->GetPrivate(isolate->GetCurrentContext(), originKey(isolate)).ToLocal(&origin)) return origin;
  return v8::Undefined(isolate);
}

}  // namespace ringbeam
