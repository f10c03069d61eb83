// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/message.h"

#include <coinswarm/result.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace coinswarm::audit {

/// Checks the signatures of finals on several threads while the caller reads on. What was given to it is numbered; the failure
/// with the lowest number is the one that counts, so the answer does not depend on the threads.
class SignaturePool
{
public:
    struct Job {
        std::uint64_t number = 0; ///< ascending
        quorum::Final final;
        std::shared_ptr<const quorum::Epoch> epoch; ///< that decided the slot
    };
    struct Failure {
        std::uint64_t number = 0;
        std::string why;
    };

    /// With `threads` 0 checks in the caller's thread, inside add().
    explicit SignaturePool(unsigned threads);
    ~SignaturePool();
    SignaturePool(const SignaturePool &) = delete;
    SignaturePool &operator=(const SignaturePool &) = delete;

    /// Waits while the queue is full. Does nothing once something has failed: numbers ascend, so it could not count.
    void add(Job job);
    /// Waits for all jobs, and says which failed first.
    std::optional<Failure> finish();
    bool failed() const;

    /// Certificate and receipts of a final. Corrupt with the kind of the finding and the reason.
    static Result<void> check(const quorum::Final &final, const quorum::Epoch &epoch);

private:
    void work();

    std::vector<std::thread> m_threads;
    mutable std::mutex m_mutex; ///< guards what follows
    std::condition_variable m_ready;
    std::condition_variable m_taken;
    std::deque<Job> m_queue;
    std::size_t m_working = 0;
    bool m_closed = false;
    std::optional<Failure> m_failure;
};

} // namespace coinswarm::audit
