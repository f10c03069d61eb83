// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "supervision/swarm_memory.h"

#include "memory/projection/memory_projection.h"
#include "memory/quorum/manager_name.h"
#include "runtime/wall_clock.h"
#include "supervision/quorum_slot_view.h"

#include <coinswarm/text.h>

#include <algorithm>
#include <tuple>

namespace coinswarm::supervision {

namespace {

constexpr std::size_t kKeptSlots = 1'000;
constexpr std::size_t kKeptEpisodes = 20'000;
constexpr auto kStatusInterval = std::chrono::milliseconds(500);

api::ServiceView service(std::string name, std::string kind, api::ServiceState state, std::string detail,
                         std::string ifItDies)
{
    api::ServiceView view;
    view.name = std::move(name);
    view.kind = std::move(kind);
    view.state = state;
    view.detail = std::move(detail);
    view.ifItDies = std::move(ifItDies);
    return view;
}

} // namespace

void SwarmMemory::onFinal(const memory::FinalReport &report)
{
    {
        const std::lock_guard lock(m_mutex);
        api::QuorumSlotView view = slotView(report);
        if (!report.stored) {
            view.time = runtime::wallNow();
            m_changes.quorumSlots.push_back(view);
        }
        m_slots.push_back(std::move(view));
        if (m_slots.size() > kKeptSlots) {
            m_slots.pop_front();
        }
        m_status.slot = report.final.decided.certificate.body.slot;
        for (const MemoryChange &change : report.changes.episodes) {
            noteEpisode(std::get<PutEpisode>(change).item, m_status.slot);
        }
        for (const PatternId id : report.changes.patterns) {
            notePattern(report.state.pattern(id)->pattern);
        }
        m_status.episodes = report.state.episodeCount();
        if (!report.stored) {
            m_status.state = journal::toHex(report.state.digest());
        }
        m_statusChanged = true;
    }
    m_databaseFeed->add(report.final.decided.certificate.body.slot, [&report] {
        return memory::MemoryProjection::rowsOf(report.final, report.epoch, report.changes, report.state);
    });
    if (!report.stored) {
        tellEngine(report);
        learn(report.state, report.final.decided.certificate.body.slot);
    }
}

void SwarmMemory::onRestored(quorum::Slot slot, const memory::MemoryState &state)
{
    m_databaseFeed->beginBehind(slot);
    const std::lock_guard lock(m_mutex);
    const std::uint64_t last = state.episodeCount();
    for (std::uint64_t id = last > kKeptEpisodes ? last - kKeptEpisodes + 1 : 1; id <= last; ++id) {
        noteEpisode(state.item(EpisodeId(id)), state.fact(EpisodeId(id)).slot);
    }
    for (const auto &[id, record] : state.patterns()) {
        notePattern(record.pattern);
    }
    m_status.slot = slot;
    m_status.episodes = last;
    m_status.state = journal::toHex(state.digest());
}

void SwarmMemory::notePattern(const Pattern &pattern)
{
    m_patterns[pattern.id] = pattern;
    m_changes.patterns.push_back(pattern);
    m_status.patterns = m_patterns.size();
    m_status.promoted =
        static_cast<std::uint64_t>(std::count_if(m_patterns.begin(), m_patterns.end(), [](const auto &entry) {
            return entry.second.status == PatternStatus::Promoted;
        }));
}

void SwarmMemory::noteEpisode(const MemoryItem &item, std::uint64_t slot)
{
    const bool isNew = !m_episodes.contains(item.id);
    api::EpisodeView &view = m_episodes[item.id];
    view.id = item.id;
    view.slot = isNew ? slot : view.slot;
    view.tags = item.tags;
    m_states[item.id] = item.embedding;
    if (isNew) {
        m_moved = m_map.add(item.embedding) || m_moved;
    }
    std::tie(view.x, view.y) = m_map.place(item.embedding);
    m_changes.episodes.push_back(view);
    if (m_episodes.size() > kKeptEpisodes) {
        m_states.erase(m_episodes.begin()->first);
        m_episodes.erase(m_episodes.begin());
    }
}

void SwarmMemory::onOutcome(const memory::ProposalOutcome &outcome)
{
    const std::lock_guard lock(m_mutex);
    ++(outcome.reasons.empty() ? m_status.committed : m_status.refused);
    m_statusChanged = true;
}

void SwarmMemory::onUndecided(quorum::Slot, quorum::Round)
{
    const std::lock_guard lock(m_mutex);
    ++m_status.undecidedRounds;
    m_statusChanged = true;
}

void SwarmMemory::onAccused(const quorum::Evidence &evidence, const std::filesystem::path &file)
{
    const std::lock_guard lock(m_mutex);
    api::EvidenceView view = evidenceView(evidence, file);
    view.time = runtime::wallNow();
    m_evidence.push_back(view);
    m_changes.evidence.push_back(std::move(view));
}

void SwarmMemory::onHalted(const std::string &reason)
{
    const std::lock_guard lock(m_mutex);
    m_status.halted = reason;
    m_statusChanged = true;
}

api::MemoryStatusView SwarmMemory::status() const
{
    const memory::MemoryHostStatus host = m_host->status();
    const MemoryInfo hot = m_hot->info();
    const std::lock_guard lock(m_mutex);
    api::MemoryStatusView view = m_status;
    view.pending = host.pending;
    view.trouble = host.trouble;
    view.halted = host.halted;
    view.hot = hot;
    view.services = managerServices(host);
    if (!m_embedded) {
        view.services.push_back(
            service("bus", "bus", m_busWorks ? api::ServiceState::Working : api::ServiceState::Gone, m_busDetail,
                    "Nothing is decided until it is back; trading goes on with the memory as it is, and "
                    "proposals wait on this disk."));
    }
    view.services.push_back(
        service("hot memory", "memory",
                hot.health == MemoryHealth::Working        ? api::ServiceState::Working
                    : hot.health == MemoryHealth::Degraded ? api::ServiceState::Degraded
                                                           : api::ServiceState::Gone,
                hot.reason.empty()
                    ? hot.backend + ", " + std::string(number(static_cast<double>(hot.episodes), 0)) + " episodes"
                    : hot.reason,
                "Agents vote without being reminded of anything; nothing that is committed is lost."));
    view.services.push_back(databaseService());
    return view;
}

api::ServiceView SwarmMemory::databaseService() const
{
    api::ServiceView view =
        service(m_databaseName, "database", api::ServiceState::Off, "no session runs",
                "What happens is kept on this disk until it is back; if that is full, trading stops. "
                "Memory and its managers do not need it: the audit log fills it again.");
    if (m_database == nullptr) {
        return view;
    }
    const storage::StorageHealth health = m_database->health();
    view.state = health.state == storage::StorageState::Working ? api::ServiceState::Working
        : health.state == storage::StorageState::Retrying       ? api::ServiceState::Degraded
                                                                : api::ServiceState::Gone;
    view.detail = std::to_string(health.queued + health.buffered) + " records wait";
    if (const std::string trouble = m_databaseFeed->trouble(); !trouble.empty()) {
        view.state = api::ServiceState::Degraded;
        view.detail = "It lacks commits: " + trouble;
    } else if (m_databaseFeed->isBehind() || health.incomplete) {
        view.state = health.incomplete ? api::ServiceState::Degraded : view.state;
        view.detail += "; commits that it lacks are read from the audit log";
    }
    if (!health.reason.empty()) {
        view.detail = health.reason;
    }
    return view;
}

std::vector<api::ServiceView> SwarmMemory::managerServices(const memory::MemoryHostStatus &host) const
{
    constexpr double silentSeconds = 5;
    std::vector<api::ServiceView> services;
    const quorum::Epoch &epoch = host.epoch;
    const std::string tolerated = std::to_string(epoch.faults()) + " of " + std::to_string(epoch.size());
    for (std::size_t i = 0; i < epoch.managers.size(); ++i) {
        if (m_embedded) {
            services.push_back(service(quorum::managerName(i), "manager",
                                       host.halted.empty() ? api::ServiceState::Working : api::ServiceState::Gone,
                                       "slot " + std::to_string(host.slot),
                                       "It runs inside this process and dies with it; the others then die too."));
            continue;
        }
        api::ServiceView view = service(quorum::managerName(i), "manager", api::ServiceState::Gone, "not heard of yet",
                                        "The others go on: " + tolerated
                                            + " may be away. With one more, memory stands still until one is back.");
        const auto heard = m_heard.find(static_cast<quorum::ManagerIndex>(i));
        if (heard != m_heard.end()) {
            const memory::Heartbeat &beat = heard->second.heartbeat;
            view.ageSeconds =
                std::chrono::duration<double>(std::chrono::steady_clock::now() - heard->second.at).count();
            view.detail = !beat.halted.empty() ? beat.halted : "slot " + std::to_string(beat.slot);
            view.state = !beat.halted.empty() || view.ageSeconds > silentSeconds ? api::ServiceState::Gone
                : !beat.trouble.empty() || beat.slot + 1 < host.slot             ? api::ServiceState::Degraded
                                                                                 : api::ServiceState::Working;
        }
        services.push_back(std::move(view));
    }
    return services;
}

void SwarmMemory::addChanges(api::Frame &frame)
{
    bool due = false;
    {
        const std::lock_guard lock(m_mutex);
        if (m_moved) {
            m_moved = false;
            m_changes.episodes.clear();
            for (auto &[id, view] : m_episodes) {
                std::tie(view.x, view.y) = m_map.place(m_states[id]);
                m_changes.episodes.push_back(view);
            }
        }
        frame.quorumSlots = std::exchange(m_changes.quorumSlots, {});
        frame.evidence = std::exchange(m_changes.evidence, {});
        frame.episodes = std::exchange(m_changes.episodes, {});
        frame.patterns = std::exchange(m_changes.patterns, {});
        frame.recalls = std::exchange(m_changes.recalls, {});
        const auto now = std::chrono::steady_clock::now();
        due = m_statusChanged || now - m_lastStatus >= kStatusInterval;
        if (due) {
            m_lastStatus = now;
            m_statusChanged = false;
        }
    }
    if (due) {
        frame.memory = status();
    }
}

void SwarmMemory::addAll(api::Frame &frame)
{
    frame.memory = status();
    const std::lock_guard lock(m_mutex);
    frame.quorumSlots.assign(m_slots.begin(), m_slots.end());
    frame.evidence = m_evidence;
    for (const auto &[id, view] : m_episodes) {
        frame.episodes.push_back(view);
    }
    for (const auto &[id, pattern] : m_patterns) {
        frame.patterns.push_back(pattern);
    }
    for (const auto &[id, view] : m_recalls) {
        frame.recalls.push_back(view);
    }
}

} // namespace coinswarm::supervision
