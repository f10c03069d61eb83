// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/memory_store.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

/// Slots with their items are fifty times the size of rows.
constexpr std::size_t kMostFullSlots = 2'000;
constexpr std::size_t kMostMoments = 500;
constexpr std::size_t kMostEvidence = 1'000;

} // namespace

MemoryStore::MemoryStore(const Formats &formats, QObject *parent)
    : QObject(parent), m_quorum(formats), m_patterns(formats), m_services(formats)
{}

void MemoryStore::apply(const api::Frame &frame)
{
    if (frame.memory || frame.full) {
        m_status = frame.memory.value_or(api::MemoryStatusView());
        m_services.setServices(m_status.services);
    }
    applySlots(frame);
    if (frame.full) {
        m_evidence.clear();
    }
    if (frame.full || !frame.evidence.empty()) {
        m_evidence.insert(m_evidence.end(), frame.evidence.begin(), frame.evidence.end());
        if (m_evidence.size() > kMostEvidence) {
            m_evidence.erase(m_evidence.begin(), m_evidence.end() - kMostEvidence);
        }
        QStringList names;
        for (const api::EvidenceView &each : m_evidence) {
            names.append(text(each.manager));
        }
        names.removeDuplicates();
        m_quorum.setConvicted(names);
        Q_EMIT evidenceChanged();
    }
    applyEpisodes(frame);
    applyPatterns(frame);
    if (frame.full) {
        m_recalls.clear();
    }
    for (const api::RecallView &recall : frame.recalls) {
        m_recalls[recall.instrument.value] = recall;
    }
    if (frame.full || !frame.recalls.empty()) {
        Q_EMIT recallsChanged();
    }
    if (frame.memory || frame.full) {
        Q_EMIT statusChanged();
    }
}

void MemoryStore::reformat()
{
    m_quorum.reformat();
    m_patterns.reformat();
    m_services.reformat();
}

void MemoryStore::keep(const api::QuorumSlotView &slot)
{
    m_slots[slot.slot] = slot;
    if (m_slots.size() > kMostFullSlots) {
        m_slots.erase(m_slots.begin());
    }
}

void MemoryStore::applySlots(const api::Frame &frame)
{
    if (frame.quorumSlots.empty() && !frame.full) {
        return;
    }
    // After a reconnect the same chain goes on: what has been seen of it stays.
    const bool goesOn = !frame.quorumSlots.empty()
        && std::any_of(frame.quorumSlots.begin(), frame.quorumSlots.end(), [this](const api::QuorumSlotView &slot) {
               const auto known = m_slots.find(slot.slot);
               return known != m_slots.end() && known->second.commit == slot.commit;
           });
    if (frame.full && !goesOn) {
        m_slots.clear();
        m_asked.clear();
        m_askedOrder.clear();
        m_quorum.assignSlots(frame.quorumSlots);
    }
    for (const api::QuorumSlotView &slot : frame.quorumSlots) {
        const bool isNew = m_slots.count(slot.slot) == 0;
        keep(slot);
        if ((!frame.full || goesOn) && isNew) {
            m_quorum.append(slot);
        }
    }
    Q_EMIT slotsChanged();
}

void MemoryStore::applyEpisodes(const api::Frame &frame)
{
    if (frame.full) {
        m_episodes.clear();
        m_episodePlaces.clear();
    }
    for (const api::EpisodeView &episode : frame.episodes) {
        const auto [place, isNew] = m_episodePlaces.try_emplace(episode.id.value, m_episodes.size());
        if (isNew) {
            m_episodes.push_back(episode);
        } else {
            m_episodes[place->second] = episode;
        }
    }
    if (m_episodes.size() > kMostEpisodes) {
        // Not one by one: everything behind moves.
        m_episodes.erase(m_episodes.begin(), m_episodes.end() - kMostEpisodes / 5 * 4);
        m_episodePlaces.clear();
        for (std::size_t i = 0; i < m_episodes.size(); ++i) {
            m_episodePlaces[m_episodes[i].id.value] = i;
        }
    }
    if (frame.full || !frame.episodes.empty()) {
        Q_EMIT episodesChanged();
    }
}

void MemoryStore::applyPatterns(const api::Frame &frame)
{
    if (frame.full) {
        m_patterns.assign(frame.patterns);
    }
    for (const Pattern &pattern : frame.patterns) {
        if (!frame.full) {
            m_patterns.upsert(pattern);
        }
        std::deque<PatternMoment> &moments = m_history[pattern.id.value];
        if (moments.empty() || moments.back().slot != pattern.slot) {
            moments.push_back({pattern.slot, pattern.updated, pattern.status, pattern.statistics});
            if (moments.size() > kMostMoments) {
                moments.pop_front();
            }
        }
    }
    if (frame.full || !frame.patterns.empty()) {
        Q_EMIT patternsChanged();
    }
}

void MemoryStore::keepAsked(const api::QuorumSlotView &slot)
{
    if (m_asked.insert_or_assign(slot.slot, slot).second) {
        m_askedOrder.push_back(slot.slot);
    }
    if (m_askedOrder.size() > kMostFullSlots) {
        m_asked.erase(m_askedOrder.front());
        m_askedOrder.pop_front();
    }
}

void MemoryStore::takeSlot(const api::QuorumSlotView &slot)
{
    keepAsked(slot);
    Q_EMIT slotsChanged();
}

void MemoryStore::takeOlder(const std::vector<api::QuorumSlotView> &slotList)
{
    std::for_each(slotList.begin(), slotList.end(), [this](const auto &slot) { keepAsked(slot); });
    m_quorum.prependSlots(slotList);
    Q_EMIT slotsChanged();
}

void MemoryStore::takeFound(const std::vector<api::QuorumSlotView> &slotList)
{
    std::for_each(slotList.begin(), slotList.end(), [this](const auto &slot) { keepAsked(slot); });
    m_quorum.addFound(slotList);
    if (!slotList.empty()) {
        Q_EMIT slotsChanged();
    }
}

const api::EpisodeView *MemoryStore::episode(EpisodeId id) const
{
    const auto found = m_episodePlaces.find(id.value);
    return found == m_episodePlaces.end() ? nullptr : &m_episodes[found->second];
}

const api::RecallView *MemoryStore::recall(InstrumentId instrument) const
{
    const auto found = m_recalls.find(instrument.value);
    return found == m_recalls.end() ? nullptr : &found->second;
}

const api::QuorumSlotView *MemoryStore::slot(std::uint64_t number) const
{
    for (const auto *held : {&m_slots, &m_asked}) {
        if (const auto found = held->find(number); found != held->end()) {
            return &found->second;
        }
    }
    return nullptr;
}

const std::deque<PatternMoment> &MemoryStore::history(PatternId pattern) const
{
    static const std::deque<PatternMoment> none;
    const auto found = m_history.find(pattern.value);
    return found == m_history.end() ? none : found->second;
}

QString MemoryStore::patternName(PatternId pattern) const
{
    const Pattern *found = pattern ? m_patterns.find(pattern.value) : nullptr;
    return found ? text(found->name) : pattern ? u"#"_s + QString::number(pattern.value) : QString();
}

} // namespace coinswarm::ui
