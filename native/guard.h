// The guard: calls a slice in such a way that the watchdog can terminate it.

#ifndef RINGBEAM_GUARD_H_
#define RINGBEAM_GUARD_H_

#include <node_api.h>
#include <v8.h>

#include "slot.h"

namespace ringbeam {

// What the guard needs to know of a thread; fixed while attached.
struct GuardedThread {
  napi_env env;
  v8::Isolate* isolate;
  Slot* slot;
  bool* in_slice;  // the thread's, whatever the slot: slices never nest
  int32_t* critical;  // [0] depth, written by JavaScript; [1] a kill is due, written here (critical.ts)
  v8::Global<v8::Context> context;
  v8::Global<v8::Function> slice;
  v8::Global<v8::Function> clear_async_stack;  // see asyncStack.ts
};

// The flag for the calling thread.
bool* inSliceOfThisThread();

enum class SliceEnd { kDone, kThrew, kTerminated };

// Runs one slice of process `serial`, then the microtasks, all under `origin` (origin.h). After kThrew, what it threw (or Node's own
// termination of the whole thread) is pending in the isolate.
SliceEnd runGuarded(GuardedThread& thread, double serial, v8::Local<v8::Value> origin);

// Owner, before `thread` goes: an interrupt that comes later finds nobody.
void forgetGuardedThread(GuardedThread& thread);

// V8 calls it on the owner's thread, in the middle of JavaScript: ends the slice if it is marked and nothing
// critical is half done; else says that a kill is due.
void interruptSlice(v8::Isolate* isolate, void* slot);

// Owner, from within a slice of whichever attachment: ends it on the spot if it is marked.
void endMarkedSlice();

// Any thread: terminates the slice of `serial` that runs in the slot now, if it still runs `grace_ms`
// later. False if there is none.
bool requestKill(SlotNumber number, double serial, double grace_ms);

}  // namespace ringbeam

#endif  // RINGBEAM_GUARD_H_
