// Waking a thread parked in its event loop: one uv_async_t for each attachment.
//
// libuv coalesces: any number of sends before the callback runs make one callback. A send after the
// callback began makes another, so a wake is never lost.

#ifndef RINGBEAM_WAKE_H_
#define RINGBEAM_WAKE_H_

#include <uv.h>
#include <v8.h>

#include "slot.h"

namespace ringbeam {

class Waker {
 public:
  // Owner. False if the loop refuses.
  bool open(uv_loop_t* loop, v8::Local<v8::Context> context, v8::Local<v8::Function> on_wake);

  // Owner: no callback from here on. `closed` runs later in the event loop (or while Node takes it down);
  // the Waker must live until then.
  void close(void (*closed)(void*), void* arg);

  void ref() { uv_ref(reinterpret_cast<uv_handle_t*>(&async_)); }
  void unref() { uv_unref(reinterpret_cast<uv_handle_t*>(&async_)); }
  uv_async_t* handle() { return &async_; }

 private:
  void fire();

  uv_async_t async_;
  v8::Isolate* isolate_ = nullptr;
  v8::Global<v8::Context> context_;
  v8::Global<v8::Function> on_wake_;
  void (*closed_)(void*) = nullptr;
  void* closed_arg_ = nullptr;
};

// Any thread: wakes the thread attached to the slot; false if there is none.
bool wake(SlotNumber number);

}  // namespace ringbeam

#endif  // RINGBEAM_WAKE_H_
