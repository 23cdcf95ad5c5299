#include "wake.h"

#include <node.h>

namespace ringbeam {

bool Waker::open(uv_loop_t* loop, v8::Local<v8::Context> context, v8::Local<v8::Function> on_wake) {
  if (uv_async_init(loop, &async_, [](uv_async_t* async) { static_cast<Waker*>(async->data)->fire(); }) != 0) {
    return false;
  }
  async_.data = this;
  isolate_ = context->GetIsolate();
  context_.Reset(isolate_, context);
  on_wake_.Reset(isolate_, on_wake);
  return true;
}

void Waker::close(void (*closed)(void*), void* arg) {
  closed_ = closed;
  closed_arg_ = arg;
  uv_close(reinterpret_cast<uv_handle_t*>(&async_), [](uv_handle_t* handle) {
    Waker* const self = static_cast<Waker*>(handle->data);
    self->closed_(self->closed_arg_);
  });
}

void Waker::fire() {
  v8::HandleScope handles(isolate_);
  v8::Local<v8::Context> context = context_.Get(isolate_);
  v8::Context::Scope entered(context);
  // A new object as the asynchronous resource: what one wake-up stores on it, the next one does not see.
  (void)node::MakeCallback(isolate_, v8::Object::New(isolate_), on_wake_.Get(isolate_), 0, nullptr, {0, 0});
}

bool wake(SlotNumber number) {
  LockedSlot slot(number);
  return slot && slot->attached && uv_async_send(slot->async) == 0;
}

}  // namespace ringbeam
