// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "control/quorum_slot_text.h"

#include "memory/quorum/ed25519_crypto.h"
#include "memory/quorum/signed_bytes.h"
#include "memory/state/rejection.h"

#include <coinswarm/text.h>

#include <algorithm>
#include <map>

namespace coinswarm::control {

namespace {

constexpr std::size_t kShownItems = 64;

std::string summaryOf(const memory::AddEpisode &added)
{
    const Episode &episode = added.episode;
    return sentence({enumName(episode.side), " ", toString(episode.entered), " ", episode.symbol, " at ",
                     toString(episode.entryPrice), ", out at ", toString(episode.exitPrice), ", net ",
                     toString(episode.pnl)});
}

std::string summaryOf(const memory::UpdatePattern &update)
{
    const std::string count = std::to_string(update.episodes.size());
    return update.pattern ? count + " episodes into pattern " + std::to_string(update.pattern.value)
                          : "a new pattern of " + count + " episodes";
}

std::string summaryOf(const memory::PromotePattern &promoted)
{
    return "promote pattern " + std::to_string(promoted.pattern.value);
}

std::string summaryOf(const memory::DeprecatePattern &deprecated)
{
    return "deprecate pattern " + std::to_string(deprecated.pattern.value);
}

std::string summaryOf(const memory::ChangeWeights &change)
{
    std::string text;
    for (const memory::AgentWeight &weight : change.to) {
        text += (text.empty() ? "" : ", ") + weight.agent + " " + std::string(number(weight.weight, 3));
    }
    return text;
}

std::string summaryOf(const memory::BenchAgent &bench)
{
    return (bench.benched ? "bench " : "bring back ") + bench.agent;
}

std::string summaryOf(const memory::RegisterEngine &engine)
{
    return engine.name.empty() ? "revoke engine " + toHex(engine.key).substr(0, 16) : "register engine " + engine.name;
}

QuorumItemView itemView(const std::string &item, bool accepted, const memory::MemoryState &state)
{
    QuorumItemView view;
    view.accepted = accepted;
    view.kind = "malformed";
    const std::optional<memory::OpenedProposal> opened = memory::openItem(item);
    if (!opened) {
        return view;
    }
    view.proposal = toHex(opened->id);
    const auto engine = state.engines().find(opened->item.submitter);
    view.engine = engine != state.engines().end() ? engine->second : toHex(opened->item.submitter).substr(0, 16);
    if (opened->proposal) {
        view.kind = std::string(kindName(opened->proposal->body));
        view.summary = std::visit([](const auto &body) { return summaryOf(body); }, opened->proposal->body);
    }
    return view;
}

std::string changeOf(const std::vector<QuorumItemView> &items, std::size_t all)
{
    std::map<std::string, std::size_t> kinds;
    for (const QuorumItemView &item : items) {
        ++kinds[item.kind];
    }
    // What is not shown is of the kinds that are.
    if (kinds.size() == 1) {
        const std::string &kind = kinds.begin()->first;
        return all == 1 ? kind : kind + " ×" + std::to_string(all);
    }
    std::string text;
    for (const auto &[kind, count] : kinds) {
        text += (text.empty() ? "" : ", ") + kind + (count == 1 ? "" : " ×" + std::to_string(count));
    }
    return all > items.size() ? text + ", …" : text;
}

std::vector<ManagerVoteView> managersOf(const memory::FinalReport &report)
{
    std::vector<ManagerVoteView> managers(report.epoch.size());
    for (std::size_t i = 0; i < managers.size(); ++i) {
        managers[i].manager = managerName(i);
    }
    for (const quorum::Certificate::Entry &vote : report.final.decided.certificate.votes) {
        managers[vote.manager].voted = true;
        for (const quorum::ReasonCode reason : vote.reasons) {
            managers[vote.manager].reasons.emplace_back(enumName(static_cast<memory::Rejection>(reason)));
        }
    }
    for (const quorum::Final::Entry &receipt : report.final.receipts) {
        managers[receipt.manager].receipted = true;
    }
    return managers;
}

} // namespace

std::string managerName(std::size_t index)
{
    return "m" + std::to_string(index + 1);
}

QuorumSlotView slotView(const memory::FinalReport &report)
{
    const quorum::Certificate &certificate = report.final.decided.certificate;
    const quorum::Batch &batch = report.final.decided.batch;
    QuorumSlotView view;
    view.slot = certificate.body.slot;
    view.epoch = certificate.body.epoch;
    view.round = certificate.round;
    view.coordinator = managerName(report.coordinator);
    view.items = static_cast<std::uint32_t>(batch.items.size());
    view.accepted = static_cast<std::uint32_t>(certificate.body.accepted.accepted());
    view.latencyMs = report.latency ? static_cast<double>(report.latency->count()) / 1000 : 0;
    view.commit = toHex(commitId(quorum::Ed25519Crypto(), certificate.body));
    view.managers = managersOf(report);
    if (batch.kind == quorum::BatchKind::Membership) {
        view.change = "membership";
        return view;
    }
    for (std::size_t i = 0; i < std::min(batch.items.size(), kShownItems); ++i) {
        view.content.push_back(itemView(batch.items[i], certificate.body.accepted.test(i), report.state));
    }
    for (const auto &[item, episode] : report.changes.added) {
        if (item < view.content.size()) {
            view.content[item].episode = episode;
        }
    }
    view.change = changeOf(view.content, batch.items.size());
    return view;
}

EvidenceView evidenceView(const quorum::Evidence &evidence, const std::filesystem::path &file)
{
    EvidenceView view;
    view.slot = evidence.slot;
    view.manager = managerName(evidence.manager);
    view.offence = std::string(enumName(evidence.offence));
    view.sentence = "Manager " + view.manager + " is convicted of a " + view.offence + " in slot "
        + std::to_string(evidence.slot) + "; its own signatures prove it.";
    view.file = file.string();
    return view;
}

} // namespace coinswarm::control
