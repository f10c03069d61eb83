// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/state/memory_state.h"

#include "codec/binary_writer.h"
#include "memory/state/memory_draft.h"

namespace coinswarm::memory {

namespace {

constexpr std::string_view kStateTag = "coinswarm-memory 1 state\n";

Error contradiction(PatternId pattern, const std::string &what)
{
    return {ErrorKind::Corrupt,
            "The memory's snapshot contradicts itself: pattern " + std::to_string(pattern.value) + ' ' + what
                + " Take another snapshot, or rebuild the memory from the audit log."};
}

} // namespace

MemoryState::MemoryState(std::vector<quorum::KnownEngine> engines)
{
    for (quorum::KnownEngine &engine : engines) {
        m_engines.emplace(engine.key, std::move(engine.name));
    }
}

const PatternEntry *MemoryState::pattern(PatternId id) const
{
    const auto found = m_patterns.find(id);
    return found == m_patterns.end() ? nullptr : &found->second;
}

std::vector<const EpisodeFact *> MemoryState::factsOf(const PatternEntry &record) const
{
    std::vector<const EpisodeFact *> facts;
    facts.reserve(record.members.size());
    for (const EpisodeId id : record.members) {
        facts.push_back(&fact(id));
    }
    return facts;
}

bool MemoryState::usesFill(const FillKey &fill, FillUse use) const
{
    const auto found = m_fills.find(fill);
    return found != m_fills.end() && (found->second & static_cast<unsigned>(use)) != 0;
}

void MemoryState::addFact(EpisodeFact fact)
{
    m_factTree.add(leafOf(codec::encoded(fact)));
    m_trips.insert(fact.trip);
    for (std::size_t i = 0; i < fact.fills.size(); ++i) {
        m_fills[fact.fills[i]] |= static_cast<std::uint8_t>(useOf(i, fact.fills.size()));
    }
    m_facts.push_back(std::move(fact));
    m_patternOf.emplace_back();
}

void MemoryState::addProposal(const journal::Digest &id)
{
    m_proposalTree.add(leafOf(id));
    m_proposalIds.insert(id);
}

SlotChanges MemoryState::merge(MemoryDraft &&draft)
{
    SlotChanges changes;
    std::set<EpisodeId> touched;
    for (MemoryDraft::Added &added : draft.m_added) {
        addFact(std::move(added.fact));
        touched.insert(EpisodeId(m_facts.size()));
        changes.added.emplace_back(added.item, EpisodeId(m_facts.size()));
    }
    for (auto &[id, record] : draft.m_patterns) {
        const auto before = m_patterns.find(id);
        const bool restatused = before != m_patterns.end() && before->second.pattern.status != record.pattern.status;
        const std::size_t known = before == m_patterns.end() || restatused ? 0 : before->second.members.size();
        touched.insert(record.members.begin() + static_cast<std::ptrdiff_t>(known), record.members.end());
        for (const EpisodeId member : record.members) {
            m_patternOf[member.value - 1] = id;
        }
        m_patternDigests[id] = journal::sha256(codec::encoded(record));
        m_patterns.insert_or_assign(id, std::move(record));
        changes.patterns.push_back(id);
    }
    for (const EpisodeId id : touched) {
        changes.episodes.emplace_back(PutEpisode{item(id)});
    }
    for (const journal::Digest &id : draft.m_newProposals) {
        m_proposals.push_back(id);
        addProposal(id);
    }
    if (draft.m_weights) {
        m_weights = std::move(*draft.m_weights);
        changes.weights = true;
    }
    for (const auto &[agent, benched] : draft.m_benched) {
        if (benched) {
            m_benched.insert(agent);
        } else {
            m_benched.erase(agent);
        }
        changes.benched.push_back(agent);
    }
    for (const auto &[key, name] : draft.m_engines) {
        if (name.empty()) {
            m_engines.erase(key);
        } else {
            m_engines[key] = name;
        }
    }
    return changes;
}

MemoryItem MemoryState::item(EpisodeId id) const
{
    const EpisodeFact &from = fact(id);
    MemoryItem item{id, from.state, {}};
    item.tags.symbol = from.symbol;
    item.tags.action = from.action;
    item.tags.reward = from.reward;
    item.tags.volatility = from.volatility;
    item.tags.spread = from.spread;
    item.tags.trend = from.trend;
    item.tags.hours = from.hours;
    item.tags.time = from.exitTime;
    item.tags.pattern = patternOf(id);
    if (const PatternEntry *of = pattern(item.tags.pattern)) {
        item.tags.promoted = of->pattern.status == PatternStatus::Promoted;
        item.tags.deprecated = of->pattern.status == PatternStatus::Deprecated;
    }
    return item;
}

journal::Digest MemoryState::digest() const
{
    journal::ByteBuffer bytes;
    codec::BinaryWriter write(bytes);
    write.write(std::string(kStateTag));
    write.write(m_factTree.size());
    write.write(m_factTree.root());
    write.write(m_proposalTree.size());
    write.write(m_proposalTree.root());
    write.write(m_patternDigests);
    write.write(m_weights);
    write.write(m_benched);
    write.write(m_engines);
    return journal::sha256(bytes);
}

Result<void> MemoryState::restored()
{
    std::vector<EpisodeFact> facts = std::move(m_facts);
    m_facts.clear();
    for (EpisodeFact &fact : facts) {
        addFact(std::move(fact));
    }
    for (const journal::Digest &id : m_proposals) {
        addProposal(id);
    }
    for (const auto &[id, record] : m_patterns) {
        if (!id || id != record.pattern.id || record.sums.size() != kEmbeddingSize || record.members.empty()) {
            return contradiction(id, "is not what it says.");
        }
        for (const EpisodeId member : record.members) {
            if (!member || member.value > m_facts.size()) {
                return contradiction(id, "has episode " + std::to_string(member.value) + ", which is not there.");
            }
            PatternId &of = m_patternOf[member.value - 1];
            if (of) {
                return contradiction(id,
                                     "has episode " + std::to_string(member.value) + ", which belongs to pattern "
                                         + std::to_string(of.value) + '.');
            }
            of = id;
        }
        m_patternDigests[id] = journal::sha256(codec::encoded(record));
    }
    return {};
}

} // namespace coinswarm::memory
