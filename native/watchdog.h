// The watchdog: one native thread of the OS process that terminates slices when their time has come.

#ifndef RINGBEAM_WATCHDOG_H_
#define RINGBEAM_WATCHDOG_H_

#include "slot.h"

namespace ringbeam {

// Terminates the slice `epoch` of the slot after `grace_ms`, if it still runs then. False: there is no
// watchdog (any more). The caller holds no slot lock.
bool watchSlice(Slot* slot, Epoch epoch, double grace_ms);

}  // namespace ringbeam

#endif  // RINGBEAM_WATCHDOG_H_
