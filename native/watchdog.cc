#include "watchdog.h"

#include "guard.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

namespace ringbeam {

namespace {

using Clock = std::chrono::steady_clock;

struct Watch {
  Slot* slot;
  Epoch epoch;
  Clock::time_point deadline;
};

void terminate(const Watch& watch) {
  // The lock keeps the isolate alive: its thread cannot detach meanwhile.
  const std::lock_guard<std::mutex> guard(watch.slot->lock);
  if (!watch.slot->slice.beginTermination(watch.epoch)) return;
  watch.slot->isolate->RequestInterrupt(interruptSlice, watch.slot);
  watch.slot->slice.endTermination(watch.epoch);
}

class Watchdog {
 public:
  bool add(const Watch& watch) {
    const std::lock_guard<std::mutex> guard(lock_);
    if (stopping_ || !ensureThread()) return false;
    // A slot runs one slice at a time, so it needs one watch: the list is as short as the threads are few.
    auto same = std::find_if(watches_.begin(), watches_.end(),
                             [&](const Watch& other) { return other.slot == watch.slot; });
    if (same == watches_.end()) {
      watches_.push_back(watch);
    } else if (same->epoch < watch.epoch || (same->epoch == watch.epoch && watch.deadline < same->deadline)) {
      *same = watch;
    }
    changed_.notify_one();
    return true;
  }

  void stop() {
    {
      const std::lock_guard<std::mutex> guard(lock_);
      stopping_ = true;
      changed_.notify_one();
    }
#ifndef _WIN32  // There the loader has ended the thread by now, and joining it would wait for ever.
    if (started_) uv_thread_join(&thread_);
#endif
  }

 private:
  bool ensureThread() {
    if (!started_) {
      started_ = uv_thread_create(&thread_, [](void* self) { static_cast<Watchdog*>(self)->loop(); }, this) == 0;
    }
    return started_;
  }

  void loop() {
    std::unique_lock<std::mutex> guard(lock_);
    while (!stopping_) {
      if (watches_.empty()) {
        changed_.wait(guard);
        continue;
      }
      auto next = std::min_element(watches_.begin(), watches_.end(),
                                   [](const Watch& a, const Watch& b) { return a.deadline < b.deadline; });
      if (next->deadline > Clock::now()) {
        const Clock::time_point deadline = next->deadline;
        changed_.wait_until(guard, deadline);
        continue;
      }
      const Watch due = *next;
      watches_.erase(next);
      guard.unlock();
      terminate(due);
      guard.lock();
    }
  }

  std::mutex lock_;  // guards all below; never held together with a slot's lock
  std::condition_variable changed_;
  std::vector<Watch> watches_;
  uv_thread_t thread_;
  bool started_ = false;
  bool stopping_ = false;
};

// Never destroyed, so that it can be used until the very end; but its thread ends with the OS process.
Watchdog& watchdog() {
  static Watchdog* const instance = new Watchdog;
  return *instance;
}

struct StopAtExit {
  ~StopAtExit() { watchdog().stop(); }
} stop_at_exit;

}  // namespace

bool watchSlice(Slot* slot, Epoch epoch, double grace_ms) {
  constexpr double kLongestMs = 1e9;
  const auto grace = std::chrono::duration<double, std::milli>(std::clamp(grace_ms, 0.0, kLongestMs));
  return watchdog().add({slot, epoch, Clock::now() + std::chrono::duration_cast<Clock::duration>(grace)});
}

}  // namespace ringbeam
