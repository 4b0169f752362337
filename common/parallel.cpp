#include "common/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/error.hpp"

namespace cnn {

namespace {

/// Threads that wait for a job, share its iterations out one by one, and wait again.
class Workers {
public:
    explicit Workers(int count) {
        for (int t = 0; t < count; ++t) threads_.emplace_back([this] { serve(); });
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
        n_ = n;
        next_ = 0;
        busy_ = count();
        ++job_;
        job_.notify_all();
        work();
        for (int left = busy_; left != 0; left = busy_) rest(busy_, left);
        if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    }

private:
    /// Two layers are microseconds apart: watch for that long, and only then sleep.
    static void rest(const std::atomic<int>& value, int old) {
        for (int glance = 0; glance < 2000; ++glance)
            if (value != old) return;
        value.wait(old);
    }
    void work() {
        working_ = true;
        try {
            for (int i = next_++; i < n_; i = next_++) (*body_)(i);
        } catch (...) {
            next_ = n_;
            const std::lock_guard one_at_a_time{failing_};
            failure_ = std::current_exception();
        }
        working_ = false;
    }
    void serve() {
        for (int seen = 0;; ++seen) {
            while (job_ == seen) rest(job_, seen);
            if (closing_) return;
            work();
            if (--busy_ == 0) busy_.notify_one();
        }
    }

    std::vector<std::thread> threads_;
    std::mutex turn_, failing_;
    const std::function<void(int)>* body_ = nullptr;
    int n_ = 0;
    std::exception_ptr failure_;
    std::atomic<int> next_ = 0, busy_ = 0, job_ = 0;
    std::atomic<bool> closing_ = false;
    static inline thread_local bool working_ = false;
};

int threads_at_start() {
    const char* asked = std::getenv("CNN_THREADS");
    if (asked == nullptr) return std::max(1, int(std::thread::hardware_concurrency()));
    const int count = std::atoi(asked);
    require(count >= 1, "CNN_THREADS is \"", asked, "\"; it must be a number of threads, 1 or more");
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
    if (count != threads()) workers() = std::make_unique<Workers>(count - 1);
}

}  // namespace cnn
