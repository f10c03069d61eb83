// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/state/memory_draft.h"

namespace coinswarm::memory {

const EpisodeFact &MemoryDraft::fact(EpisodeId id) const
{
    const std::uint64_t known = m_base.episodeCount();
    return id.value <= known ? m_base.fact(id) : m_added[id.value - known - 1].fact;
}

PatternId MemoryDraft::patternOf(EpisodeId id) const
{
    const auto found = m_patternOf.find(id);
    if (found != m_patternOf.end()) {
        return found->second;
    }
    return id.value <= m_base.episodeCount() ? m_base.patternOf(id) : PatternId();
}

const PatternEntry *MemoryDraft::pattern(PatternId id) const
{
    const auto found = m_patterns.find(id);
    return found != m_patterns.end() ? &found->second : m_base.pattern(id);
}

std::vector<const EpisodeFact *> MemoryDraft::factsOf(const PatternEntry &record) const
{
    std::vector<const EpisodeFact *> facts;
    facts.reserve(record.members.size());
    for (const EpisodeId id : record.members) {
        facts.push_back(&fact(id));
    }
    return facts;
}

PatternId MemoryDraft::nextPattern() const
{
    // Patterns are never removed, so the last one has the highest number.
    PatternId last;
    if (!m_base.patterns().empty()) {
        last = m_base.patterns().rbegin()->first;
    }
    if (!m_patterns.empty()) {
        last = std::max(last, m_patterns.rbegin()->first);
    }
    return PatternId(last.value + 1);
}

bool MemoryDraft::benched(const std::string &agent) const
{
    const auto found = m_benched.find(agent);
    return found != m_benched.end() ? found->second : m_base.benched().contains(agent);
}

bool MemoryDraft::knowsEngine(const journal::PublicKey &key) const
{
    const auto found = m_engines.find(key);
    return found != m_engines.end() ? !found->second.empty() : m_base.engines().contains(key);
}

std::size_t MemoryDraft::engineCount() const
{
    std::size_t count = m_base.engines().size();
    for (const auto &[key, name] : m_engines) {
        const bool before = m_base.engines().contains(key);
        if (before && name.empty()) {
            --count;
        } else if (!before && !name.empty()) {
            ++count;
        }
    }
    return count;
}

bool MemoryDraft::usesFill(const FillKey &fill, FillUse use) const
{
    const auto found = m_fills.find(fill);
    return m_base.usesFill(fill, use) || (found != m_fills.end() && (found->second & static_cast<unsigned>(use)) != 0);
}

void MemoryDraft::addEpisode(std::size_t item, EpisodeFact fact)
{
    m_trips.insert(fact.trip);
    for (std::size_t i = 0; i < fact.fills.size(); ++i) {
        m_fills[fact.fills[i]] |= static_cast<std::uint8_t>(useOf(i, fact.fills.size()));
    }
    m_added.push_back({item, std::move(fact)});
}

void MemoryDraft::putPattern(PatternEntry record)
{
    // Members are only ever added, at the end.
    const PatternEntry *before = pattern(record.pattern.id);
    for (std::size_t i = before != nullptr ? before->members.size() : 0; i < record.members.size(); ++i) {
        m_patternOf[record.members[i]] = record.pattern.id;
    }
    m_patterns.insert_or_assign(record.pattern.id, std::move(record));
}

void MemoryDraft::addProposal(const journal::Digest &id)
{
    m_proposals.insert(id);
    m_newProposals.push_back(id);
}

} // namespace coinswarm::memory
