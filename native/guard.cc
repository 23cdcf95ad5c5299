#include "guard.h"

#include <node.h>

#include "origin.h"
#include "watchdog.h"

namespace ringbeam {

namespace {

// A handle without the cost of making one; good for as long as the Global is.
template <typename T>
const v8::Local<T>& borrow(const v8::Global<T>& global) {
  static_assert(sizeof(v8::Local<T>) == sizeof(v8::Global<T>));
  return reinterpret_cast<const v8::Local<T>&>(global);
}

v8::MaybeLocal<v8::Value> call(const GuardedThread& thread, const v8::Global<v8::Function>& function) {
  return borrow(function)->Call(borrow(thread.context), v8::Undefined(thread.isolate), 0, nullptr);
}

// A slice puts back what it changed of Node's asynchronous context as it returns; terminated, it does not
// (`finally` blocks do not run). Back to the bottom of the event loop, then, where the scheduler's is.
void resetAsyncContext(GuardedThread& thread) {
  v8::Isolate* const isolate = thread.isolate;
  setOrigin(isolate, borrow(thread.context), v8::Undefined(isolate));
  v8::TryCatch caught(isolate);
  (void)call(thread, thread.clear_async_stack).IsEmpty();
}

// Node asked this thread to end (worker.terminate(), process.exit(), out of memory). Node-API refuses
// whatever might run JavaScript from then on, which is how one can ask.
bool threadIsEnding(napi_env env) {
  napi_value object = nullptr;
  napi_value names = nullptr;
  return napi_create_object(env, &object) != napi_ok || napi_get_property_names(env, object, &names) != napi_ok;
}

// The thread's attachment, for the interrupt, which V8 may deliver when the attachment is gone.
GuardedThread*& guardedThread() {
  static thread_local GuardedThread* thread = nullptr;
  return thread;
}

// After the watchdog terminated the slice: leaves the thread as if the slice had returned.
void recover(GuardedThread& thread, v8::TryCatch& caught) {
  v8::Isolate* const isolate = thread.isolate;
  // What the slice queued must not run in the next one. V8 drops the queue when terminated in there.
  caught.Reset();
  isolate->TerminateExecution();
  v8::MicrotasksScope::PerformCheckpoint(isolate);
  caught.Reset();
  isolate->CancelTerminateExecution();
  resetAsyncContext(thread);
  // With ours, Node's own termination may have been cancelled. Node notes that it ends the thread before
  // it terminates: either the note is seen here, or the termination is still to come.
  if (threadIsEnding(thread.env)) isolate->TerminateExecution();
}

}  // namespace

bool* inSliceOfThisThread() {
  static thread_local bool in_slice = false;
  return &in_slice;
}

void forgetGuardedThread(GuardedThread& thread) {
  if (guardedThread() == &thread) guardedThread() = nullptr;
}

void interruptSlice(v8::Isolate* isolate, void* slot) {
  GuardedThread* const thread = guardedThread();
  if (thread == nullptr || thread->slot != slot || !*thread->in_slice || !thread->slot->slice.marked()) return;
  thread->critical[1] = 1;
  if (thread->critical[0] == 0) isolate->TerminateExecution();
}

void endMarkedSlice() {
  GuardedThread* const thread = guardedThread();
  if (thread == nullptr || !*thread->in_slice || !thread->slot->slice.marked()) return;
  thread->isolate->TerminateExecution();
  // A termination takes effect as JavaScript is entered, and then on the way back through whoever called us.
  (void)call(*thread, thread->clear_async_stack).IsEmpty();
}

SliceEnd runGuarded(GuardedThread& thread, double serial, v8::Local<v8::Value> origin) {
  v8::Isolate* const isolate = thread.isolate;
  SliceWord& word = thread.slot->slice;
  v8::TryCatch caught(isolate);

  guardedThread() = &thread;
  *thread.in_slice = true;
  const Epoch epoch = word.begin(serial);
  setOrigin(isolate, borrow(thread.context), origin);
  const bool returned = !call(thread, thread.slice).IsEmpty();
  if (returned || !caught.HasTerminated()) v8::MicrotasksScope::PerformCheckpoint(isolate);
  const bool terminated = !word.end(epoch);
  if (terminated) {
    word.awaitTerminated(epoch);
    // Reaped first: recovering runs JavaScript, and an interrupt that V8 delivers only there must find no mark.
    word.reap();
    recover(thread, caught);
    thread.critical[0] = thread.critical[1] = 0;
  }
  *thread.in_slice = false;
  setOrigin(isolate, borrow(thread.context), v8::Undefined(isolate));

  if (terminated) return SliceEnd::kTerminated;
  if (returned && !caught.HasCaught()) return SliceEnd::kDone;
  caught.ReThrow();
  return SliceEnd::kThrew;
}

bool requestKill(SlotNumber number, double serial, double grace_ms) {
  Slot* slot = nullptr;
  Epoch epoch = 0;
  {
    LockedSlot locked(number);
    if (!locked || !locked->attached) return false;
    slot = locked.get();
    epoch = slot->slice.runningSliceOf(serial);
  }
  return epoch != 0 && watchSlice(slot, epoch, grace_ms);
}

}  // namespace ringbeam
