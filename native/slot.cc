#include "slot.h"

namespace ringbeam {

namespace {
// Never destroyed: a worker thread may still detach while static destructors run.
Slot* table() {
  static Slot* const slots = new Slot[kSlots];
  return slots;
}
}  // namespace

bool openSlot(SlotNumber* number) {
  for (uint32_t index = 0; index < kSlots; index++) {
    Slot& slot = table()[index];
    const std::lock_guard<std::mutex> guard(slot.lock);
    // A closed slot whose thread still detaches is not free yet.
    if (slot.open || slot.attached) continue;
    slot.open = true;
    slot.generation++;
    *number = static_cast<double>(slot.generation) * kSlots + index;
    return true;
  }
  return false;
}

void closeSlot(SlotNumber number) {
  LockedSlot slot(number);
  if (slot) slot->open = false;
}

LockedSlot::LockedSlot(SlotNumber number) {
  if (!(number >= 0 && number < 9007199254740992.0)) return;
  const uint64_t bits = static_cast<uint64_t>(number);
  Slot& slot = table()[bits % kSlots];
  std::unique_lock<std::mutex> guard(slot.lock);
  if (!slot.open || slot.generation != bits / kSlots) return;
  slot_ = &slot;
  guard_ = std::move(guard);
}

}  // namespace ringbeam
