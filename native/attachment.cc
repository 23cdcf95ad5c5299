#include "attachment.h"

#include "guard.h"
#include "handles.h"
#include "origin.h"
#include "wake.h"

namespace ringbeam {

namespace {

// Lives until its thread's environment ends, since JavaScript may hold `run` for as long. The handle is
// closed by detach(), or else by Node's cleanup, which waits for it: a loop with an open handle aborts.
class Attachment {
 public:
  static Attachment* open(const Napi::CallbackInfo& info, Slot* slot);

  Napi::Value face(Napi::Env env);

 private:
  void detach();
  static void onRun(const v8::FunctionCallbackInfo<v8::Value>& info);
  static void onEndSlice(const v8::FunctionCallbackInfo<v8::Value>&);
  static void onCleanup(napi_async_cleanup_hook_handle hook, void* self);
  static void onClosed(void* self);
  void freeWhenClosed();

  enum class Handle { kOpen, kClosing, kClosed };

  GuardedThread thread_{};
  Napi::Reference<Napi::Int32Array> critical_;  // keeps the words in place
  Waker waker_;
  Handle handle_ = Handle::kOpen;
  bool ending_ = false;  // the environment is being taken down
  napi_async_cleanup_hook_handle hook_ = nullptr;
};

Attachment* Attachment::open(const Napi::CallbackInfo& info, Slot* slot) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(info.Env(), &loop) != napi_ok) return nullptr;

  auto* const self = new Attachment;
  if (!self->waker_.open(loop, context, toV8<v8::Function>(info[1]))) {
    delete self;
    return nullptr;
  }
  GuardedThread& thread = self->thread_;
  thread.env = info.Env();
  thread.isolate = isolate;
  thread.slot = slot;
  thread.in_slice = inSliceOfThisThread();
  thread.context.Reset(isolate, context);
  thread.slice.Reset(isolate, toV8<v8::Function>(info[2]));
  thread.clear_async_stack.Reset(isolate, toV8<v8::Function>(info[3]));
  self->critical_ = Napi::Persistent(info[4].As<Napi::Int32Array>());
  thread.critical = self->critical_.Value().Data();
  napi_add_async_cleanup_hook(info.Env(), onCleanup, self, &self->hook_);

  rememberRejections(isolate);
  slot->attached = true;
  slot->isolate = isolate;
  slot->async = self->waker_.handle();
  return self;
}

Napi::Value Attachment::face(Napi::Env env) {
  v8::Local<v8::Context> context = thread_.isolate->GetCurrentContext();
  v8::Local<v8::Function> run;
  if (!v8::Function::New(context, onRun, v8::External::New(thread_.isolate, this), 2).ToLocal(&run)) return {};
  v8::Local<v8::Function> end_slice;
  if (!v8::Function::New(context, onEndSlice, {}, 0).ToLocal(&end_slice)) return {};
  Napi::Object face = Napi::Object::New(env);
  face.Set("run", Napi::Value(env, fromV8(run)));
  face.Set("ref", Napi::Function::New(env, [this](const Napi::CallbackInfo&) {
    if (handle_ == Handle::kOpen) waker_.ref();
  }));
  face.Set("unref", Napi::Function::New(env, [this](const Napi::CallbackInfo&) {
    if (handle_ == Handle::kOpen) waker_.unref();
  }));
  face.Set("endSlice", Napi::Value(env, fromV8(end_slice)));
  face.Set("detach", Napi::Function::New(env, [this](const Napi::CallbackInfo& info) {
    // The slot could get a new owner while its slice is still on.
    if (thread_.slot->slice.idle()) return detach();
    Napi::Error::New(info.Env(), "ringbeam: detach() within a slice").ThrowAsJavaScriptException();
  }));
  return face;
}

void Attachment::detach() {
  if (handle_ != Handle::kOpen) return;
  forgetGuardedThread(thread_);
  {
    const std::lock_guard<std::mutex> guard(thread_.slot->lock);
    thread_.slot->attached = false;
    thread_.slot->isolate = nullptr;
    thread_.slot->async = nullptr;
  }
  handle_ = Handle::kClosing;
  waker_.close(onClosed, this);
}

void Attachment::onClosed(void* arg) {
  auto* const self = static_cast<Attachment*>(arg);
  self->handle_ = Handle::kClosed;
  if (self->ending_) self->freeWhenClosed();
}

void Attachment::onCleanup(napi_async_cleanup_hook_handle, void* arg) {
  auto* const self = static_cast<Attachment*>(arg);
  self->ending_ = true;
  self->detach();
  self->freeWhenClosed();
}

void Attachment::freeWhenClosed() {
  if (handle_ != Handle::kClosed) return;
  napi_remove_async_cleanup_hook(hook_);
  delete this;
}

void Attachment::onEndSlice(const v8::FunctionCallbackInfo<v8::Value>&) {
  endMarkedSlice();
}

void Attachment::onRun(const v8::FunctionCallbackInfo<v8::Value>& info) {
  auto* const self = static_cast<Attachment*>(info.Data().As<v8::External>()->Value());
  v8::Isolate* const isolate = info.GetIsolate();
  const char* refused = nullptr;
  if (self->handle_ != Handle::kOpen) refused = "ringbeam: run() after detach()";
  if (*self->thread_.in_slice) refused = "ringbeam: run() within a slice";
  if (!info[0]->IsNumber()) refused = "ringbeam: run() takes a number";
  if (refused != nullptr) {
    isolate->ThrowException(v8::Exception::Error(v8::String::NewFromUtf8(isolate, refused).ToLocalChecked()));
    return;
  }
  const SliceEnd end = runGuarded(self->thread_, info[0].As<v8::Number>()->Value(), info[1]);
  if (end != SliceEnd::kThrew) info.GetReturnValue().Set(end == SliceEnd::kTerminated);
}

}  // namespace

Napi::Value attach(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsNumber() || !info[1].IsFunction() || !info[2].IsFunction() || !info[3].IsFunction() ||
      !info[4].IsTypedArray()) {
    Napi::TypeError::New(env, "ringbeam: attach(slot, onWake, slice)").ThrowAsJavaScriptException();
    return {};
  }
  Attachment* attachment = nullptr;
  {
    LockedSlot slot(info[0].As<Napi::Number>().DoubleValue());
    if (slot && !slot->attached) attachment = Attachment::open(info, slot.get());
  }
  if (attachment == nullptr) {
    Napi::Error::New(env, "ringbeam: the slot is closed or taken").ThrowAsJavaScriptException();
    return {};
  }
  return attachment->face(env);
}

}  // namespace ringbeam
