// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/ed25519_crypto.h"
#include "memory/quorum/manager_machine.h"
#include "memory/quorum/membership_change.h"
#include "memory/quorum/remembering_crypto.h"
#include "memory/quorum/signed_bytes.h"

#include <deque>
#include <map>
#include <optional>

namespace coinswarm::testing {

using namespace coinswarm::quorum;

inline constexpr ReasonCode kTooShort = 3;

/// Refuses items of one letter.
class LengthEvaluator final : public Evaluator
{
public:
    std::vector<ReasonCode> evaluate(Slot, const Batch &batch) const override
    {
        std::vector<ReasonCode> reasons;
        for (const std::string &item : batch.items) {
            reasons.push_back(item.size() < 2 ? kTooShort : kAccepted);
        }
        return reasons;
    }
};

/// Machines with real keys on a bus, a log and disks that never fail, but that tests may cut off.
class Cluster
{
public:
    explicit Cluster(std::size_t managers, MachineTuning tuning = {}, const std::string &name = "test")
    {
        for (std::size_t i = 0; i < managers; ++i) {
            m_crypto.emplace_back(journal::JournalKey::generate().value());
            m_first.managers.push_back(m_crypto.back().publicKey());
        }
        m_cluster = clusterId(m_crypto[0], name, m_first);
        for (std::size_t i = 0; i < managers; ++i) {
            m_remembering.emplace_back(m_crypto[i]);
            machines.emplace_back(m_remembering[i], m_evaluator, tuning, genesis(), journal::Digest{},
                                  std::vector<DurableRecordPtr>());
            disks.emplace_back();
            finals.emplace_back();
            up.push_back(true);
        }
        timers.resize(managers);
    }

    ChainTip genesis() const { return ChainTip::genesis(m_cluster, m_first); }
    const Ed25519Crypto &crypto(std::size_t i) const { return m_crypto[i]; }
    /// Signatures that all machines together have checked.
    std::size_t checks() const
    {
        std::size_t sum = 0;
        for (const RememberingCrypto &crypto : m_remembering) {
            sum += crypto.checks();
        }
        return sum;
    }
    const journal::Digest &cluster() const { return m_cluster; }
    const Epoch &epoch() const { return m_first; }

    /// A change of membership to submit, approved by the first `approvals` managers.
    std::string approved(const Epoch &next, std::size_t approvals = 3) const
    {
        MembershipChange change{next, {}};
        for (std::size_t i = 0; i < approvals; ++i) {
            static_cast<void>(change.approve(m_crypto[i], m_cluster));
        }
        return encodeChange(change);
    }

    void submit(const std::string &item, BatchKind kind = BatchKind::Items)
    {
        for (std::size_t i = 0; i < machines.size(); ++i) {
            give(i, MessageReceived{makeMessage(SubmitItems{kind, item})});
        }
        run();
    }

    void give(std::size_t i, const ManagerEvent &event)
    {
        if (!up[i]) {
            return;
        }
        for (const ManagerEffect &effect : machines[i].handle(event)) {
            if (const auto *persist = std::get_if<Persist>(&effect)) {
                disks[i].push_back(persist->record);
                if (persist->token > 0) {
                    m_line.push_back({i, DiskWritten{persist->token}});
                }
            } else if (const auto *broadcast = std::get_if<Broadcast>(&effect)) {
                said.push_back(broadcast->message);
                for (std::size_t to = 0; to < machines.size(); ++to) {
                    if (to != i) {
                        m_line.push_back({to, MessageReceived{broadcast->message}});
                    }
                }
            } else if (const auto *sent = std::get_if<Send>(&effect)) {
                m_line.push_back({sent->to, MessageReceived{sent->message}});
            } else if (const auto *stored = std::get_if<SendStored>(&effect)) {
                m_line.push_back({stored->to, MessageReceived{finals[i].at(stored->slot)}});
            } else if (const auto *append = std::get_if<Append>(&effect)) {
                log.push_back(append->message);
                for (std::size_t to = 0; to < machines.size(); ++to) {
                    m_line.push_back({to, LogEntryRead{append->message}});
                }
            } else if (const auto *apply = std::get_if<Apply>(&effect)) {
                const Slot slot = std::get<Final>(*apply->final).decided.certificate.body.slot;
                finals[i][slot] = apply->final;
                m_line.push_front({i, Applied{slot, m_crypto[i].digest(std::as_bytes(std::span(&slot, 1)))}});
            } else if (const auto *timer = std::get_if<SetTimer>(&effect)) {
                if (timer->timer.kind == RoundTimer::Kind::Round) {
                    timers[i] = *timer;
                }
            } else if (const auto *halted = std::get_if<Halt>(&effect)) {
                halts.push_back(halted->reason);
            } else if (const auto *accuse = std::get_if<Accuse>(&effect)) {
                accusations.push_back(accuse->evidence);
            } else if (const auto *checkpoint = std::get_if<StoreCheckpoint>(&effect)) {
                checkpoints.push_back(checkpoint->signatures);
            } else if (const auto *restore = std::get_if<RestoreLog>(&effect)) {
                restored.emplace_back(restore->first, restore->last);
            }
        }
    }

    void run()
    {
        while (!m_line.empty()) {
            const auto [to, event] = m_line.front();
            m_line.pop_front();
            give(to, event);
        }
    }

    /// The round timers of all that are up run out.
    void timeOut()
    {
        for (std::size_t i = 0; i < machines.size(); ++i) {
            if (const auto timer = std::exchange(timers[i], std::nullopt)) {
                give(i, TimerFired{timer->timer});
            }
        }
        run();
    }

    const CommitBody &decided(std::size_t i, Slot slot) const
    {
        return std::get<Final>(*finals[i].at(slot)).decided.certificate.body;
    }

    std::deque<ManagerMachine> machines;
    std::vector<std::vector<DurableRecordPtr>> disks;
    std::vector<std::map<Slot, MessagePtr>> finals;
    std::vector<bool> up;
    std::vector<std::optional<SetTimer>> timers;
    std::vector<MessagePtr> log;
    std::vector<MessagePtr> said;
    std::vector<std::string> halts;
    std::vector<Evidence> accusations;
    std::vector<std::vector<Checkpoint>> checkpoints;
    std::vector<std::pair<Slot, Slot>> restored;

private:
    std::deque<Ed25519Crypto> m_crypto;
    std::deque<RememberingCrypto> m_remembering;
    Epoch m_first;
    journal::Digest m_cluster{};
    LengthEvaluator m_evaluator;
    std::deque<std::pair<std::size_t, ManagerEvent>> m_line;
};

/// The statement with its manager's signature.
template <class Statement>
Statement signedBy(const Crypto &crypto, Statement statement)
{
    statement.signature = crypto.sign(signedBytes(crypto, statement)).value();
    return statement;
}

} // namespace coinswarm::testing
