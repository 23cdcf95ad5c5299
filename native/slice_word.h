// The life of the slices of one slot: a state and an epoch in one atomic word. Every slice has an epoch
// of its own, so what is decided about one slice can never be done to the next.
//
//          begin (owner)               beginTermination (watchdog)
//   idle -----------------> running(e) ---------------------------> terminating(e)
//    ^ ^                       |                                         | endTermination (watchdog)
//    | '------- end (owner) ---'                                         v
//    '------------------------------- reap (owner) <--------------- terminated(e)
//
// `end` and `beginTermination` are compare-and-swap on the same word: exactly one of them wins. When the
// watchdog wins, it has V8 interrupt the owner's JavaScript; the interrupt, on the owner's own thread, finds
// the word still marked and ends the slice, or finds it reaped, and another slice is none of its business.
//
// Nothing here knows V8 or Node.

#ifndef RINGBEAM_SLICE_WORD_H_
#define RINGBEAM_SLICE_WORD_H_

#include <atomic>
#include <cstdint>
#include <thread>

namespace ringbeam {

using Epoch = uint64_t;

class SliceWord {
 public:
  // Owner: idle -> running(e). The epoch counts up for as long as the OS process lives.
  Epoch begin(double serial) {
    // Released after the `idle` before it: whoever reads this serial sees that the slice before is over.
    serial_.store(serial, std::memory_order_release);
    const Epoch epoch = ++last_epoch_;
    // Sequentially consistent, as the slice's first look at its doorbell is: a sender who rings, then finds no
    // running slice of its target, knows that the next one will see the news.
    word_.store(pack(epoch, kRunning), std::memory_order_seq_cst);
    return epoch;
  }

  // Owner: running(e) -> idle. False: the watchdog was first, await and reap.
  bool end(Epoch epoch) {
    uint64_t expected = pack(epoch, kRunning);
    return word_.compare_exchange_strong(expected, kIdle, std::memory_order_acq_rel);
  }

  // Owner, after a failed `end`: waits for terminated(e). Short: the watchdog sets a flag in between.
  void awaitTerminated(Epoch epoch) const {
    while (word_.load(std::memory_order_acquire) != pack(epoch, kTerminated)) std::this_thread::yield();
  }

  // Owner: terminated(e) -> idle.
  void reap() { word_.store(kIdle, std::memory_order_release); }

  // Owner: no slice is on.
  bool idle() const { return word_.load(std::memory_order_relaxed) == kIdle; }

  // Owner: the slice that is on has been chosen to end.
  bool marked() const { return (word_.load(std::memory_order_acquire) & kStateMask) >= kTerminating; }

  // Any thread: the epoch of the running slice if it is one of `serial`, else 0.
  Epoch runningSliceOf(double serial) const {
    const uint64_t before = word_.load(std::memory_order_seq_cst);
    if ((before & kStateMask) != kRunning) return 0;
    if (serial_.load(std::memory_order_acquire) != serial) return 0;
    // Unchanged: the serial read in between belongs to this very slice.
    return word_.load(std::memory_order_acquire) == before ? before >> kStateBits : 0;
  }

  // Watchdog: running(e) -> terminating(e). False: that slice is over.
  bool beginTermination(Epoch epoch) {
    uint64_t expected = pack(epoch, kRunning);
    return word_.compare_exchange_strong(expected, pack(epoch, kTerminating), std::memory_order_acq_rel);
  }

  // Watchdog: terminating(e) -> terminated(e).
  void endTermination(Epoch epoch) { word_.store(pack(epoch, kTerminated), std::memory_order_release); }

 private:
  static constexpr uint64_t kIdle = 0;
  static constexpr uint64_t kRunning = 1;
  static constexpr uint64_t kTerminating = 2;
  static constexpr uint64_t kTerminated = 3;
  static constexpr int kStateBits = 2;
  static constexpr uint64_t kStateMask = (1 << kStateBits) - 1;

  static constexpr uint64_t pack(Epoch epoch, uint64_t state) { return epoch << kStateBits | state; }

  std::atomic<uint64_t> word_{kIdle};  // written by the owner and the watchdog, read by all
  std::atomic<double> serial_{0};      // written by the owner, read by all
  Epoch last_epoch_ = 0;               // the owner's alone; handed on with the slot, never reset
};

}  // namespace ringbeam

#endif  // RINGBEAM_SLICE_WORD_H_
