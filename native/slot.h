// The table of slots: one for each scheduler thread of the OS process. Slots are never freed, only
// used again, so a stale number is harmless: its generation no longer fits.

#ifndef RINGBEAM_SLOT_H_
#define RINGBEAM_SLOT_H_

#include <uv.h>
#include <v8.h>

#include <cstdint>
#include <mutex>

#include "slice_word.h"

namespace ringbeam {

struct alignas(64) Slot {
  // Written at the begin and the end of each slice: a cache line of its own.
  SliceWord slice;

  // Guards all below. Held by the watchdog while it terminates and by wake() while it sends, so that
  // detaching (which takes it too) excludes both: no use of an isolate or a handle that is gone.
  alignas(64) std::mutex lock;
  uint32_t generation = 0;
  bool open = false;
  bool attached = false;
  v8::Isolate* isolate = nullptr;  // set while attached
  uv_async_t* async = nullptr;     // set while attached
};

constexpr uint32_t kSlots = 1024;

// The number JavaScript knows a slot by: generation * kSlots + index; a safe integer.
using SlotNumber = double;

// Reserves a slot; false if none is free.
bool openSlot(SlotNumber* number);

// Gives it back; nothing happens if the number is stale.
void closeSlot(SlotNumber number);

// A slot of the table, locked, for as long as this lives; empty if the number is stale or no slot's.
class LockedSlot {
 public:
  explicit LockedSlot(SlotNumber number);
  explicit operator bool() const { return slot_ != nullptr; }
  Slot* operator->() const { return slot_; }
  Slot* get() const { return slot_; }

 private:
  Slot* slot_ = nullptr;
  std::unique_lock<std::mutex> guard_;
};

}  // namespace ringbeam

#endif  // RINGBEAM_SLOT_H_
