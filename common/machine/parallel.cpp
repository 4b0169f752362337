#include "common/machine/parallel.hpp"

#if defined(__linux__)
#include <pthread.h>
#include <sched.h>
#endif

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/error.hpp"
#include "common/base/range.hpp"

namespace cnn {

namespace {

constexpr int most_threads = 1024;

/// The CPU on which the calling thread runs, and a thread's ban from one CPU.  Elsewhere than on Linux the
/// system is trusted to keep threads apart.
/// @{
#if defined(__linux__)
int here() { return sched_getcpu(); }
void ban(std::thread& thread, int cpu) {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
    CPU_CLR(cpu, &allowed);
    if (CPU_COUNT(&allowed) > 0) pthread_setaffinity_np(thread.native_handle(), sizeof allowed, &allowed);
}
#else
int here() { return -1; }
void ban(std::thread&, int) {}
#endif
/// @}

/// Threads that wait for a job, share its iterations out, and wait again.
class Workers {
public:
    explicit Workers(int count) : places_(std::size_t(count)), shares_(std::size_t(count) + 1) {
        threads_.reserve(std::size_t(count));
        try {
            for (int t = 0; t < count; ++t) threads_.emplace_back([this, t] { serve(t); });
        } catch (const std::system_error&) {
            // The system gives no more: those that there are do the work.  A share of no thread is taken by
            // the others.
        }
    }
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;
    ~Workers() {
        closing_ = true;
        ++job_;
        job_.notify_all();
        for (std::thread& t : threads_) t.join();
    }

    int count() const { return int(threads_.size()); }

    void run(int n, const std::function<void(int)>& body) {
        if (working_ || threads_.empty() || n < 2) {  // nested, alone, or not worth waking anyone
            for (int i = 0; i < n; ++i) body(i);
            return;
        }
        const std::lock_guard one_job_at_a_time{turn_};
        body_ = &body;
        for (int t = 0; t <= count(); ++t) {
            const Range share = share_of(n, t, count() + 1);
            shares_[std::size_t(t)].next = share.begin;
            shares_[std::size_t(t)].end = share.end;
        }
        part();
        inside_ = 0;
        ++job_;
        job_.notify_all();
        work(count());
        for (int left = inside_ -= closed; left != -closed; left = inside_) rest(inside_, left);
        if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    }

private:
    /// Two layers are microseconds apart, or some that are not worth a second thread lie between: watch for
    /// that long, and only then sleep.  Waking a sleeper takes as long as a small layer.
    static void rest(const std::atomic<int>& value, int old) {
        using Clock = std::chrono::steady_clock;
        for (const auto start = Clock::now(); Clock::now() - start < std::chrono::microseconds(200);)
            for (int glance = 0; glance < 100; ++glance)
                if (value != old) return;
        value.wait(old);
    }
    /// Linux likes to wake a thread where it slept; if the caller runs there by now, the two would take turns
    /// on one CPU while another idles.
    void part() {
        const int mine = here();
        for (std::size_t t = 0; t < threads_.size(); ++t)
            if (places_[t] == mine) ban(threads_[t], mine);
    }
    /// The thread's own share first, which it had in its caches when the last job was as long; then what
    /// the others have not begun.
    void work(int mine) {
        working_ = true;
        try {
            for (std::size_t k = 0; k < shares_.size(); ++k) {
                Share& share = shares_[(std::size_t(mine) + k) % shares_.size()];
                for (int i = share.next++; i < share.end; i = share.next++) (*body_)(i);
            }
        } catch (...) {
            for (Share& share : shares_) share.next = share.end;
            const std::lock_guard one_at_a_time{failing_};
            failure_ = std::current_exception();
        }
        working_ = false;
    }
    void serve(int mine) {
        for (int seen = 0;;) {
            places_[std::size_t(mine)] = here();
            while (job_ == seen) rest(job_, seen);
            if (closing_) return;
            seen = job_;
            if (!enter()) continue;
            work(mine);
            if (--inside_ == -closed) inside_.notify_one();
        }
    }
    /// Who wakes up late finds the job closed; nobody waits for him.
    bool enter() {
        for (int others = inside_; others >= 0;)
            if (inside_.compare_exchange_weak(others, others + 1)) return true;
        return false;
    }

    /// Neighbouring iterations that one thread begins with, on a cache line of their own.
    struct alignas(64) Share {
        std::atomic<int> next = 0;
        int end = 0;
    };

    std::vector<std::atomic<int>> places_;  // the CPU on which each thread went to rest
    std::vector<Share> shares_;             // each thread's, the caller's last
    std::vector<std::thread> threads_;
    std::mutex turn_, failing_;
    const std::function<void(int)>* body_ = nullptr;
    std::exception_ptr failure_;
    static constexpr int closed = 1 << 20;
    std::atomic<int> inside_ = -closed;  // workers in the job; less by `closed` once no more may enter
    std::atomic<int> job_ = 0;
    std::atomic<bool> closing_ = false;
    static inline thread_local bool working_ = false;
};

/// The CPUs this process may run on, but no more than its control group's quota of their time pays for.
int usable_cpus() {
    int cpus = std::max(1, int(std::thread::hardware_concurrency()));
#if defined(__linux__)
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) cpus = std::max(1, CPU_COUNT(&allowed));
    std::ifstream file{"/sys/fs/cgroup/cpu.max"};  // "200000 100000", or "max 100000": no quota
    std::int64_t quota = 0, period = 0;
    if (file >> quota >> period && quota > 0 && period > 0)
        cpus = int(std::clamp<std::int64_t>((quota + period - 1) / period, 1, cpus));
#endif
    return cpus;
}

int threads_at_start() {
    const char* asked = std::getenv("CNN_THREADS");
    if (asked == nullptr) return usable_cpus();
    const std::string_view text = asked;
    int count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    require(error == std::errc{} && end == text.data() + text.size() && count >= 1 && count <= most_threads,
            "CNN_THREADS is \"", asked, "\"; it must be a number of threads, 1 to ", most_threads);
    return count;
}

std::unique_ptr<Workers>& workers() {
    static auto all = std::make_unique<Workers>(threads_at_start() - 1);
    return all;
}

}  // namespace

void parallel_for(int n, const std::function<void(int)>& body) { workers()->run(n, body); }

int threads() { return workers()->count() + 1; }

void set_threads(int count) {
    require(count >= 1, "threads: ", count, " asked for; at least 1 is needed");
    require(count <= most_threads, "threads: ", count, " asked for; at most ", most_threads, " can be had");
    if (count != threads()) workers() = std::make_unique<Workers>(count - 1);
}

}  // namespace cnn
