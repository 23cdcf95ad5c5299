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
  v8::Global<v8::Context> context;
  v8::Global<v8::Function> slice;
  v8::Global<v8::Function> clear_async_stack;  // see asyncStack.ts
};

// The flag for the calling thread.
bool* inSliceOfThisThread();

enum class SliceEnd { kDone, kThrew, kTerminated };

// Runs one slice of process `serial`, then the microtasks. After kThrew, what it threw (or Node's own
// termination of the whole thread) is pending in the isolate.
SliceEnd runGuarded(GuardedThread& thread, double serial);

// Any thread: terminates the slice of `serial` that runs in the slot now, if it still runs `grace_ms`
// later. False if there is none.
bool requestKill(SlotNumber number, double serial, double grace_ms);

}  // namespace ringbeam

#endif  // RINGBEAM_GUARD_H_
