// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "supervision/quorum_slot_view.h"

#include "api/rejection.h"
#include "memory/projection/proposal_text.h"
#include "memory/quorum/ed25519_crypto.h"
#include "memory/quorum/manager_name.h"
#include "memory/quorum/signed_bytes.h"
#include "memory/state/signed_proposal.h"

#include <cstdio>
#include <map>

namespace coinswarm::supervision {

namespace {

using namespace memory;

constexpr std::size_t kShortKey = 8;

std::string percent(double share)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%+.2f %%", share * 100);
    return text.data();
}

std::string named(PatternId pattern)
{
    return "pattern #" + std::to_string(pattern.value);
}

std::string counted(std::size_t count, const std::string &noun)
{
    return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

struct Summary {
    std::string operator()(const AddEpisode &add) const
    {
        const Episode &e = add.episode;
        return e.symbol + ' ' + std::string(enumName(e.side)) + ' ' + toString(e.entered) + " at "
            + toString(e.entryPrice) + ", earned " + percent(e.reward());
    }
    std::string operator()(const UpdatePattern &update) const
    {
        return (update.pattern ? named(update.pattern) + " takes " : "a new pattern of ")
            + counted(update.episodes.size(), "episode");
    }
    std::string operator()(const PromotePattern &promote) const { return named(promote.pattern); }
    std::string operator()(const DeprecatePattern &deprecate) const { return named(deprecate.pattern); }
    std::string operator()(const ChangeWeights &change) const
    {
        std::string text;
        for (const AgentWeight &weight : change.to) {
            std::array<char, 32> number{};
            std::snprintf(number.data(), number.size(), " %.3f", weight.weight);
            text += (text.empty() ? "" : ", ") + weight.agent + number.data();
        }
        return text;
    }
    std::string operator()(const BenchAgent &bench) const
    {
        return bench.agent + (bench.benched ? " is benched" : " comes back");
    }
    std::string operator()(const RegisterEngine &engine) const
    {
        return "engine " + journal::toHex(engine.key).substr(0, kShortKey)
            + (engine.name.empty() ? " may no longer propose" : " may propose as " + engine.name);
    }
};

api::QuorumItemView itemView(const quorum::Batch &batch, std::size_t at)
{
    api::QuorumItemView view;
    if (batch.kind == quorum::BatchKind::Membership) {
        view.kind = "membership";
        view.proposal = journal::toHex(journal::sha256(std::as_bytes(std::span(batch.items[at]))));
        view.summary = "the managers change with the next slot: " + membershipText(batch.items[at]);
        return view;
    }
    const std::optional<OpenedProposal> opened = openItem(batch.items[at]);
    view.kind = "malformed";
    view.summary = "nobody can read it";
    if (!opened) {
        return view;
    }
    view.proposal = journal::toHex(opened->id);
    view.engine = journal::toHex(opened->item.submitter).substr(0, kShortKey);
    if (opened->proposal) {
        view.kind = kindName(opened->proposal->body);
        view.summary = std::visit(Summary(), opened->proposal->body);
        if (!opened->proposal->justification.empty()) {
            view.summary += "; because: " + opened->proposal->justification;
        }
    }
    return view;
}

} // namespace

api::QuorumSlotView slotView(const quorum::Final &final, std::size_t managers, quorum::ManagerIndex coordinator)
{
    const quorum::Certificate &certificate = final.decided.certificate;
    const quorum::Batch &batch = final.decided.batch;
    api::QuorumSlotView view;
    view.slot = certificate.body.slot;
    view.epoch = certificate.body.epoch;
    view.round = certificate.round;
    view.coordinator = quorum::managerName(coordinator);
    view.items = static_cast<std::uint32_t>(batch.items.size());
    view.accepted = static_cast<std::uint32_t>(certificate.body.accepted.accepted());
    view.commit = journal::toHex(quorum::commitId(quorum::Ed25519Crypto(), certificate.body));
    std::map<std::string, std::size_t> kinds;
    for (std::size_t i = 0; i < batch.items.size(); ++i) {
        api::QuorumItemView item = itemView(batch, i);
        item.accepted = certificate.body.accepted.test(i);
        ++kinds[item.kind];
        if (i < kMostItemsShown) {
            view.content.push_back(std::move(item));
        }
    }
    for (const auto &[kind, count] : kinds) {
        view.change += (view.change.empty() ? "" : ", ") + kind + (count > 1 ? " ×" + std::to_string(count) : "");
    }
    for (std::size_t i = 0; i < managers; ++i) {
        view.managers.push_back({quorum::managerName(i), false, false, {}});
    }
    for (const quorum::Certificate::Entry &vote : certificate.votes) {
        if (vote.manager >= managers) {
            continue; // A log that nobody has verified may say anything.
        }
        api::ManagerVoteView &of = view.managers[vote.manager];
        of.voted = true;
        for (const quorum::ReasonCode reason : vote.reasons) {
            of.reasons.push_back(api::reasonName(reason));
        }
    }
    for (const quorum::Final::Entry &receipt : final.receipts) {
        if (receipt.manager < managers) {
            view.managers[receipt.manager].receipted = true;
        }
    }
    return view;
}

api::QuorumSlotView slotView(const memory::FinalReport &report)
{
    api::QuorumSlotView view = slotView(report.final, report.epoch.size(), report.coordinator);
    view.latencyMs = report.latency ? static_cast<double>(report.latency->count()) / 1000 : 0;
    const quorum::Batch &batch = report.final.decided.batch;
    for (std::size_t i = 0; batch.kind == quorum::BatchKind::Items && i < view.content.size(); ++i) {
        const std::optional<OpenedProposal> opened = openItem(batch.items[i]);
        const auto engine = opened ? report.state.engines().find(opened->item.submitter) : report.state.engines().end();
        if (engine != report.state.engines().end()) {
            view.content[i].engine = engine->second;
        }
    }
    for (const auto &[item, episode] : report.changes.added) {
        if (item < view.content.size()) {
            view.content[item].episode = episode;
        }
    }
    return view;
}

api::EvidenceView evidenceView(const quorum::Evidence &evidence, const std::filesystem::path &file)
{
    api::EvidenceView view;
    view.slot = evidence.slot;
    view.manager = quorum::managerName(evidence.manager);
    view.offence = std::string(enumName(evidence.offence));
    view.sentence = "Manager " + view.manager + " is convicted of a " + view.offence + " in slot "
        + std::to_string(evidence.slot) + "; its own signatures prove it.";
    view.file = file.string();
    return view;
}

} // namespace coinswarm::supervision
