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
class SwarmMemory : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t kMostEpisodes = 50'000;

    explicit SwarmMemory(const Formats &formats, QObject *parent = nullptr);

    void apply(const control::Frame &frame);
    void reformat();

    bool enabled() const { return m_status.enabled; }
    const control::MemoryStatusView &status() const { return m_status; }
    QuorumModel &quorum() { return m_quorum; }
    const QuorumModel &quorum() const { return m_quorum; }
    PatternsModel &patterns() { return m_patterns; }
    ServicesModel &services() { return m_services; }
    /// Managers that were caught, oldest first.
    const std::vector<control::EvidenceView> &evidence() const { return m_evidence; }
    /// The newest, in the order they came.
    const std::vector<control::EpisodeView> &episodes() const { return m_episodes; }
    const control::EpisodeView *episode(EpisodeId id) const;
    /// Null before memory was asked for the instrument.
    const control::RecallView *recall(InstrumentId instrument) const;
    /// A slot with its items; null if they are not held here.
    const control::QuorumSlotView *slot(std::uint64_t number) const;
    /// The values of a pattern as they changed while this window watched; oldest first.
    const std::deque<PatternMoment> &history(PatternId pattern) const;
    QString patternName(PatternId pattern) const;

    /// Holds a slot that was asked for, with its items.
    void takeSlot(const control::QuorumSlotView &slot);
    /// The same, and they are the rows before the oldest one.
    void takeOlder(const std::vector<control::QuorumSlotView> &slotList);
    /// The same, and they are what a search has found.
    void takeFound(const std::vector<control::QuorumSlotView> &slotList);

Q_SIGNALS:
    void statusChanged();
    void slotsChanged();
    void evidenceChanged();
    void episodesChanged();
    void patternsChanged();
    void recallsChanged();

private:
    void applySlots(const control::Frame &frame);
    void applyEpisodes(const control::Frame &frame);
    void applyPatterns(const control::Frame &frame);
    void keep(const control::QuorumSlotView &slot);
    void keepAsked(const control::QuorumSlotView &slot);

    control::MemoryStatusView m_status;
    QuorumModel m_quorum;
    PatternsModel m_patterns;
    ServicesModel m_services;
    std::map<std::uint64_t, control::QuorumSlotView> m_slots; ///< the newest with their items
    std::map<std::uint64_t, control::QuorumSlotView> m_asked; ///< older ones
    std::deque<std::uint64_t> m_askedOrder; ///< in which they came
    std::vector<control::EvidenceView> m_evidence;
    std::vector<control::EpisodeView> m_episodes;
    std::unordered_map<std::uint64_t, std::size_t> m_episodePlaces;
    std::map<std::uint64_t, std::deque<PatternMoment>> m_history;
    std::map<std::uint32_t, control::RecallView> m_recalls;
};

} // namespace coinswarm::ui
