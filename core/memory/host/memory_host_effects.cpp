// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/host/memory_host.h"

#include "memory/audit/evidence_file.h"
#include "memory/quorum/manager_name.h"
#include "memory/quorum/signed_bytes.h"

namespace coinswarm::memory {

namespace {

constexpr quorum::Slot kRestoredAtOnce = 512;

} // namespace

void MemoryHost::carryOut(std::size_t manager, const quorum::ManagerEffect &effect)
{
    std::visit([&](const auto &what) { on(manager, what); }, effect);
}

void MemoryHost::on(std::size_t manager, const quorum::Persist &effect)
{
    if (const Result<void> kept = m_store->persist(m_managers[manager]->key(), effect.record); !kept) {
        fail(kept.error().message);
    } else if (effect.token > 0) {
        m_awaitingDisk.push_back({manager, effect.token});
    }
}

void MemoryHost::on(std::size_t manager, const quorum::Broadcast &effect)
{
    for (std::size_t i = 0; i < m_managers.size(); ++i) {
        if (i != manager) {
            m_line.push_back({i, quorum::MessageReceived{effect.message}});
        }
    }
    if (m_options.channel) {
        m_options.channel->broadcast(effect.message);
    }
}

void MemoryHost::sendTo(quorum::ManagerIndex to, const quorum::MessagePtr &message)
{
    for (std::size_t i = 0; i < m_managers.size(); ++i) {
        const quorum::ManagerMachine &machine = *m_managers[i]->machine;
        if (machine.tip().epoch.indexOf(m_managers[i]->key()) == to) {
            m_line.push_back({i, quorum::MessageReceived{message}});
        }
    }
    // Always there too: who asks from an older epoch may go by the number that somebody here has in this one.
    if (m_options.channel) {
        m_options.channel->send(to, message);
    }
}

void MemoryHost::on(std::size_t, const quorum::Send &effect)
{
    sendTo(effect.to, effect.message);
}

void MemoryHost::on(std::size_t, const quorum::SendStored &effect)
{
    // Who asks for a slot that is not stored yet asks again.
    if (Result<quorum::Final> final = m_store->finalOf(effect.slot)) {
        sendTo(effect.to, quorum::makeMessage(std::move(*final)));
    }
}

void MemoryHost::on(std::size_t, const quorum::Append &effect)
{
    if (m_options.channel) {
        m_options.channel->append(effect.message);
    } else {
        m_line.push_back({kAll, quorum::LogEntryRead{effect.message}});
    }
}

void MemoryHost::on(std::size_t, const quorum::RestoreLog &effect)
{
    // The log says again that it ended, and the next part follows: more at a time it would not take.
    const quorum::Slot last = std::min(effect.last, effect.first + kRestoredAtOnce - 1);
    for (quorum::Slot slot = effect.first; m_options.channel && slot <= last; ++slot) {
        if (Result<quorum::Final> final = m_store->finalOf(slot)) {
            m_options.channel->append(quorum::makeMessage(std::move(*final)));
        }
    }
}

void MemoryHost::on(std::size_t manager, const quorum::SetTimer &effect)
{
    // A timer of an earlier place says nothing any more; one of each kind is enough.
    std::vector<LocalManager::Due> &timers = m_managers[manager]->timers;
    std::erase_if(timers, [&](const LocalManager::Due &due) { return due.timer.kind == effect.timer.kind; });
    timers.push_back({LocalManager::Clock::now() + effect.delay, effect.timer});
}

void MemoryHost::on(std::size_t manager, const quorum::Apply &effect)
{
    const auto &final = std::get<quorum::Final>(*effect.final);
    const quorum::Slot slot = final.decided.certificate.body.slot;
    MemoryEvaluator &memory = m_managers[manager]->memory;
    Result<SlotChanges> changes = memory.apply(final);
    if (!changes) {
        fail(changes.error().message);
        return;
    }
    // Before anything else: the machine knows its state again only then.
    m_line.push_front({manager, quorum::Applied{slot, memory.state().digest()}});
    if (slot != m_told.next()) {
        return;
    }
    if (m_options.memory != nullptr && !changes->episodes.empty()) {
        // It is a copy: without it agents are reminded of less, and memory goes on.
        if (const Result<void> put = m_options.memory->apply(slot, changes->episodes); !put) {
            const std::lock_guard lock(m_mutex);
            m_hotTrouble = "The hot memory does not take slot " + std::to_string(slot) + ": " + put.error().message;
        }
    }
    tell(final, *changes, memory.state(), false);
}

void MemoryHost::tell(const quorum::Final &final, const SlotChanges &changes, const MemoryState &state, bool stored)
{
    const quorum::CommitBody &body = final.decided.certificate.body;
    std::vector<std::optional<OpenedProposal>> items;
    std::optional<LocalManager::Clock::time_point> first;
    if (const auto &waiting = m_outbox.all(); !waiting.empty()) {
        for (const std::string &item : final.decided.batch.items) {
            items.push_back(openItem(item));
            const auto own = items.back() ? waiting.find(items.back()->id) : waiting.end();
            if (own != waiting.end()) {
                first = std::min(first.value_or(own->second.first), own->second.first);
            }
        }
    }
    if (m_options.listener != nullptr) {
        FinalReport report{
            final,       m_told.coordinator(final.decided.certificate.round), m_told.epoch, changes, state, stored,
            std::nullopt};
        if (first) {
            report.latency = std::chrono::duration_cast<std::chrono::microseconds>(LocalManager::Clock::now() - *first);
        }
        m_options.listener->onFinal(report);
    }
    settleSubmissions(final, items);
    const quorum::Crypto &crypto = quorum::Ed25519Crypto();
    const std::uint64_t epoch = m_told.epoch.number;
    m_told.advance(quorum::commitId(crypto, body), body, final.decided.batch);
    if (m_told.epoch.number != epoch && !stored) {
        takePlace();
    }
}

void MemoryHost::on(std::size_t, const quorum::StoreCheckpoint &effect)
{
    if (const Result<void> kept = m_store->append(audit::CheckpointSet{effect.signatures}); !kept) {
        fail(kept.error().message);
    }
}

void MemoryHost::on(std::size_t manager, const quorum::Undecided &effect)
{
    if (manager == 0 && m_options.listener != nullptr) {
        m_options.listener->onUndecided(effect.slot, effect.round);
    }
}

void MemoryHost::on(std::size_t, const quorum::Refused &)
{
    // The pool is full. Whoever submitted the item submits it again until it is decided.
}

void MemoryHost::on(std::size_t, const quorum::Accuse &effect)
{
    if (const Result<void> kept = m_store->append(effect.evidence); !kept) {
        fail(kept.error().message);
    }
    const std::filesystem::path file = m_options.folder
        / ("evidence-" + std::to_string(effect.evidence.slot) + "-" + quorum::managerName(effect.evidence.manager)
           + ".csfault");
    if (const Result<void> saved = audit::saveEvidence({m_cluster, effect.epoch, effect.evidence}, file); !saved) {
        fail(saved.error().message);
    }
    if (m_options.listener != nullptr) {
        m_options.listener->onAccused(effect.evidence, file);
    }
}

void MemoryHost::on(std::size_t, const quorum::Halt &effect)
{
    fail(effect.reason);
}

} // namespace coinswarm::memory
