// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/projection/memory_projection.h"

#include "api/rejection.h"
#include "codec/json_writer.h"
#include "memory/projection/proposal_text.h"
#include "memory/state/signed_proposal.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <set>

namespace coinswarm::memory {

namespace {

using Rows = std::vector<storage::MemoryRow>;

std::string jsonText(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

std::string engineName(const MemoryState &memory, const journal::PublicKey &key)
{
    const auto found = memory.engines().find(key);
    return found == memory.engines().end() ? journal::toHex(key) : found->second;
}

/// An item with what every row about it needs.
struct Item {
    std::optional<OpenedProposal> opened;
    std::string id;
    Timestamp time;

    const ProposalBody *body() const { return opened && opened->proposal ? &opened->proposal->body : nullptr; }
};

Item itemOf(const std::string &bytes)
{
    Item item{openItem(bytes), {}, {}};
    item.id = journal::toHex(item.opened ? item.opened->id : journal::sha256(std::as_bytes(std::span(bytes))));
    if (item.body()) {
        item.time = item.opened->proposal->time;
    }
    return item;
}

storage::ProposalRecord proposalRow(const Item &item, quorum::BatchKind kind, const MemoryState &memory)
{
    storage::ProposalRecord row;
    row.id = item.id;
    row.timestamp = item.time;
    row.data = "{}";
    row.changeType = kind == quorum::BatchKind::Membership ? "membership" : "malformed";
    if (item.opened) {
        row.submitter = engineName(memory, item.opened->item.submitter);
    }
    if (const ProposalBody *body = item.body()) {
        row.changeType = kindName(*body);
        row.justification = item.opened->proposal->justification;
        row.data = jsonText(std::visit([](const auto &what) { return codec::toJson(what).toObject(); }, *body));
    }
    return row;
}

void addVotes(Rows &rows, const quorum::Certificate &certificate, const quorum::Epoch &epoch,
              const std::vector<Item> &items)
{
    for (const quorum::Certificate::Entry &vote : certificate.votes) {
        std::size_t refused = 0;
        for (std::size_t i = 0; i < items.size(); ++i) {
            storage::QuorumVoteRecord row;
            row.id =
                std::to_string(certificate.body.slot) + "/" + std::to_string(i) + "/" + std::to_string(vote.manager);
            row.proposalId = items[i].id;
            row.managerId = vote.manager < epoch.size() ? journal::toHex(epoch.managers[vote.manager]) : std::string();
            row.timestamp = items[i].time;
            const bool accepted = certificate.body.accepted.test(i);
            row.decision = accepted ? "accept" : "reject";
            if (!accepted && refused < vote.reasons.size()) {
                row.reasons.push_back(api::reasonName(vote.reasons[refused++]));
            }
            rows.emplace_back(std::move(row));
        }
    }
}

storage::EpisodeRecord episodeRow(EpisodeId id, const Item &item, const MemoryState &memory)
{
    const EpisodeFact &fact = memory.fact(id);
    storage::EpisodeRecord row;
    row.id = std::to_string(id.value);
    row.botId = engineName(memory, item.opened->item.submitter);
    row.embeddingId = journal::toHex(journal::sha256(std::as_bytes(std::span(fact.state.values))));
    row.action = enumName(fact.action);
    row.reward = fact.reward;
    row.outcome = fact.reward > 0 ? "win" : fact.reward < 0 ? "loss" : "even";
    row.timestamp = fact.exitTime;
    row.regimeId = RegimeId(static_cast<decltype(row.regimeId.value)>(
        static_cast<int>(fact.volatility) * 1000 + static_cast<int>(fact.spread) * 100
        + static_cast<int>(fact.trend) * 10 + static_cast<int>(fact.hours)));
    return row;
}

storage::PatternRecord patternRow(const Pattern &pattern)
{
    const PatternStatistics &s = pattern.statistics;
    storage::PatternRecord row;
    row.id = std::to_string(pattern.id.value);
    row.name = pattern.name;
    row.sampleSize = static_cast<std::uint32_t>(s.episodes);
    row.meanPnl = s.meanReward;
    row.stdDev = s.deviation;
    row.sharpe = s.sharpe;
    row.winRate = s.winRate;
    row.tail5pct = s.tail5;
    row.tail95pct = s.tail95;
    row.meanSlippage = s.meanSlippageBps;
    row.regime =
        std::string(enumName(pattern.volatility)) + " volatility, " + std::string(enumName(pattern.trend)) + " trend";
    row.enabled = pattern.status != PatternStatus::Deprecated;
    row.lastUpdated = pattern.updated;
    return row;
}

storage::AgentStateRecord agentRow(quorum::Slot slot, const std::string &agent, Timestamp time,
                                   const MemoryState &memory)
{
    QJsonObject weights;
    for (const AgentWeight &one : memory.weights()) {
        if (one.agent == agent) {
            weights.insert(QStringLiteral("committee"), one.weight);
        }
    }
    storage::AgentStateRecord row;
    row.id = std::to_string(slot) + "/" + agent;
    row.agentId = agent;
    row.weights = jsonText(weights);
    row.thresholds = jsonText({{QStringLiteral("benched"), memory.benched().contains(agent)}});
    row.timestamp = time;
    return row;
}

} // namespace

Rows MemoryProjection::rowsOf(const quorum::Final &final, const quorum::Epoch &epoch, const SlotChanges &changes,
                              const MemoryState &after)
{
    const quorum::Certificate &certificate = final.decided.certificate;
    Rows rows;
    std::vector<Item> items;
    Timestamp latest;
    for (const std::string &bytes : final.decided.batch.items) {
        items.push_back(itemOf(bytes));
        latest = std::max(latest, items.back().time);
        rows.emplace_back(proposalRow(items.back(), final.decided.batch.kind, after));
    }
    addVotes(rows, certificate, epoch, items);
    for (const auto &[item, id] : changes.added) {
        rows.emplace_back(episodeRow(id, items.at(item), after));
    }
    for (const PatternId id : changes.patterns) {
        rows.emplace_back(patternRow(after.pattern(id)->pattern));
    }
    std::set<std::string> agents(changes.benched.begin(), changes.benched.end());
    if (changes.weights) {
        for (const AgentWeight &weight : after.weights()) {
            agents.insert(weight.agent);
        }
    }
    for (const std::string &agent : agents) {
        rows.emplace_back(agentRow(certificate.body.slot, agent, latest, after));
    }
    return rows;
}

} // namespace coinswarm::memory
