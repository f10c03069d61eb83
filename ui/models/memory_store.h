// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/patterns_model.h"
#include "models/quorum_model.h"
#include "models/services_model.h"

#include <deque>
#include <map>
#include <unordered_map>

namespace coinswarm::ui {

/// What a pattern was at a moment.
struct PatternMoment {
    std::uint64_t slot = 0;
    Timestamp time;
    PatternStatus status = PatternStatus::Candidate;
    PatternStatistics statistics;
};

/// What the desktop knows of the swarm's memory and its quorum. GUI thread.
class MemoryStore : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t kMostEpisodes = 50'000;

    explicit MemoryStore(const Formats &formats, QObject *parent = nullptr);

    void apply(const api::Frame &frame);
    void reformat();

    bool enabled() const { return m_status.enabled; }
    const api::MemoryStatusView &status() const { return m_status; }
    QuorumModel &quorum() { return m_quorum; }
    const QuorumModel &quorum() const { return m_quorum; }
    PatternsModel &patterns() { return m_patterns; }
    ServicesModel &services() { return m_services; }
    /// Managers that were caught, oldest first.
    const std::vector<api::EvidenceView> &evidence() const { return m_evidence; }
    /// The newest, in the order they came.
    const std::vector<api::EpisodeView> &episodes() const { return m_episodes; }
    const api::EpisodeView *episode(EpisodeId id) const;
    /// Null before memory was asked for the instrument.
    const api::RecallView *recall(InstrumentId instrument) const;
    /// A slot with its items; null if they are not held here.
    const api::QuorumSlotView *slot(std::uint64_t number) const;
    /// The values of a pattern as they changed while this window watched; oldest first.
    const std::deque<PatternMoment> &history(PatternId pattern) const;
    QString patternName(PatternId pattern) const;

    /// Holds a slot that was asked for, with its items.
    void takeSlot(const api::QuorumSlotView &slot);
    /// The same, and they are the rows before the oldest one.
    void takeOlder(const std::vector<api::QuorumSlotView> &slotList);
    /// The same, and they are what a search has found.
    void takeFound(const std::vector<api::QuorumSlotView> &slotList);

Q_SIGNALS:
    void statusChanged();
    void slotsChanged();
    void evidenceChanged();
    void episodesChanged();
    void patternsChanged();
    void recallsChanged();

private:
    void applySlots(const api::Frame &frame);
    void applyEpisodes(const api::Frame &frame);
    void applyPatterns(const api::Frame &frame);
    void keep(const api::QuorumSlotView &slot);
    void keepAsked(const api::QuorumSlotView &slot);

    api::MemoryStatusView m_status;
    QuorumModel m_quorum;
    PatternsModel m_patterns;
    ServicesModel m_services;
    std::map<std::uint64_t, api::QuorumSlotView> m_slots; ///< the newest with their items
    std::map<std::uint64_t, api::QuorumSlotView> m_asked; ///< older ones
    std::deque<std::uint64_t> m_askedOrder; ///< in which they came
    std::vector<api::EvidenceView> m_evidence;
    std::vector<api::EpisodeView> m_episodes;
    std::unordered_map<std::uint64_t, std::size_t> m_episodePlaces;
    std::map<std::uint64_t, std::deque<PatternMoment>> m_history;
    std::map<std::uint32_t, api::RecallView> m_recalls;
};

} // namespace coinswarm::ui
