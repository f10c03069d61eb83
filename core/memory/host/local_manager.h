// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/ed25519_crypto.h"
#include "memory/quorum/manager_machine.h"
#include "memory/quorum/remembering_crypto.h"
#include "memory/state/memory_evaluator.h"

#include <chrono>
#include <optional>

namespace coinswarm::memory {

/// One manager of this process, or a follower that promises nothing: its keys, its copy of the memory, its machine.
class LocalManager
{
public:
    using Clock = std::chrono::steady_clock;

    LocalManager(journal::JournalKey key, std::shared_ptr<quorum::CheckedSignatures> checked,
                 const journal::Digest &cluster, MemoryState state)
        : m_crypto(std::move(key)),
          m_remembering(m_crypto, std::move(checked)),
          memory(m_remembering, cluster, std::move(state))
    {}
    LocalManager(const LocalManager &) = delete;
    LocalManager &operator=(const LocalManager &) = delete;

    void begin(const quorum::MachineTuning &tuning, const quorum::ChainTip &tip,
               const std::vector<quorum::DurableRecordPtr> &records)
    {
        machine.emplace(m_remembering, memory, tuning, tip, memory.state().digest(), records);
    }

    const journal::PublicKey &key() const { return m_crypto.publicKey(); }
    const quorum::Crypto &crypto() const { return m_remembering; }
    std::size_t checks() const { return m_remembering.checks(); }

private:
    quorum::Ed25519Crypto m_crypto;
    quorum::RememberingCrypto m_remembering;

public:
    MemoryEvaluator memory;
    std::optional<quorum::ManagerMachine> machine;

    struct Due {
        Clock::time_point at;
        quorum::RoundTimer timer;
    };
    std::vector<Due> timers; ///< a few at most
};

} // namespace coinswarm::memory
