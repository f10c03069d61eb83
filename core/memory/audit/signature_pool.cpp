// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/audit/signature_pool.h"

#include "memory/quorum/certificate.h"
#include "memory/quorum/ed25519_crypto.h"

#if defined(__linux__)
#include <pthread.h>
#endif

namespace coinswarm::audit {

namespace {

constexpr std::size_t kMostWaiting = 256; ///< jobs; a job is 2 MiB at most

/// Tells a signature that does not hold from votes that are too few or malformed.
class NotingCrypto final : public quorum::Crypto
{
public:
    const journal::PublicKey &publicKey() const override { return m_checker.publicKey(); }
    Result<journal::Signature> sign(journal::ByteView message) const override { return m_checker.sign(message); }
    journal::Digest digest(journal::ByteView bytes) const override { return m_checker.digest(bytes); }
    bool holds(const journal::PublicKey &key, journal::ByteView message,
               const journal::Signature &signature) const override
    {
        const bool held = m_checker.holds(key, message, signature);
        refused = refused || !held;
        return held;
    }

    mutable bool refused = false;

private:
    quorum::Ed25519Crypto m_checker;
};

} // namespace

SignaturePool::SignaturePool(unsigned threads)
{
    for (unsigned i = 0; i < threads; ++i) {
        m_threads.emplace_back([this] { work(); });
#if defined(__linux__)
        pthread_setname_np(m_threads.back().native_handle(), "audit-check");
#endif
    }
}

SignaturePool::~SignaturePool()
{
    {
        const std::lock_guard lock(m_mutex);
        m_queue.clear();
        m_closed = true;
    }
    m_ready.notify_all();
    for (std::thread &thread : m_threads) {
        thread.join();
    }
}

void SignaturePool::add(Job job)
{
    if (m_threads.empty()) {
        if (!m_failure) {
            if (const Result<void> held = check(job.final, *job.epoch); !held) {
                m_failure = Failure{job.number, held.error().message};
            }
        }
        return;
    }
    std::unique_lock lock(m_mutex);
    m_taken.wait(lock, [this] { return m_queue.size() < kMostWaiting; });
    if (!m_failure) {
        m_queue.push_back(std::move(job));
        m_ready.notify_one();
    }
}

std::optional<SignaturePool::Failure> SignaturePool::finish()
{
    std::unique_lock lock(m_mutex);
    m_taken.wait(lock, [this] { return m_queue.empty() && m_working == 0; });
    return m_failure;
}

bool SignaturePool::failed() const
{
    const std::lock_guard lock(m_mutex);
    return m_failure.has_value();
}

void SignaturePool::work()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_ready.wait(lock, [this] { return m_closed || !m_queue.empty(); });
        if (m_queue.empty()) {
            return;
        }
        const Job job = std::move(m_queue.front());
        m_queue.pop_front();
        ++m_working;
        m_taken.notify_one();
        lock.unlock();
        const Result<void> held = check(job.final, *job.epoch);
        lock.lock();
        --m_working;
        if (!held && (!m_failure || job.number < m_failure->number)) {
            m_failure = Failure{job.number, held.error().message};
        }
        m_taken.notify_one();
    }
}

Result<void> SignaturePool::check(const quorum::Final &final, const quorum::Epoch &epoch)
{
    const NotingCrypto crypto;
    const auto finding = [](const char *kind, const Error &error) {
        return Error{ErrorKind::Corrupt, std::string(kind) + ": " + error.message};
    };
    if (const Result<void> held = quorum::checkCertificate(crypto, epoch, final.decided.certificate); !held) {
        return finding(crypto.refused ? "signature" : "certificate", held.error());
    }
    if (const Result<void> held = quorum::checkReceipts(crypto, epoch, final); !held) {
        return finding("receipts", held.error());
    }
    return {};
}

} // namespace coinswarm::audit
