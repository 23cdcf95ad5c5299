// What ties a thread to its slot: the guard of its slices and the handle that wakes it.

#ifndef RINGBEAM_ATTACHMENT_H_
#define RINGBEAM_ATTACHMENT_H_

#include <napi.h>

namespace ringbeam {

// attach(slot, onWake, slice, clearAsyncStack) -> { run, ref, unref, detach }
Napi::Value attach(const Napi::CallbackInfo& info);

}  // namespace ringbeam

#endif  // RINGBEAM_ATTACHMENT_H_
