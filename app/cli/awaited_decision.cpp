// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/awaited_decision.h"

#include "api/rejection.h"
#include "cli/exit_code.h"
#include "codec/json_writer.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

namespace coinswarm::cli {

namespace {

constexpr std::chrono::seconds kPatience{15};
constexpr std::chrono::milliseconds kPause{250};

bool accepts(const api::QuorumSlotView &slot, const std::string &proposal)
{
    return std::any_of(slot.content.begin(), slot.content.end(),
                       [&](const api::QuorumItemView &item) { return item.proposal == proposal && item.accepted; });
}

/// The slot that decided the proposal, once there is one.
Result<std::optional<api::QuorumSlotView>> slotOf(RemoteSession &session, const std::string &proposal)
{
    // It is among the newest, if it is there.
    Result<api::SlotPage> page = session.wait(session.engine().quorumSlots({0, 8, proposal}));
    if (!page) {
        return page.error();
    }
    // Submitted twice, it is accepted once and refused as a duplicate afterwards.
    const auto decided = std::find_if(page->slots.begin(), page->slots.end(),
                                      [&](const api::QuorumSlotView &slot) { return accepts(slot, proposal); });
    if (decided != page->slots.end()) {
        return std::optional(std::move(*decided));
    }
    return page->slots.empty() ? std::nullopt : std::optional(std::move(page->slots.back()));
}

int report(const Terminal &terminal, const api::QuorumSlotView &slot, const std::string &proposal)
{
    const bool accepted = accepts(slot, proposal);
    if (terminal.json()) {
        terminal.printJson(codec::toJson(slot));
        return accepted ? kOk : kFinding;
    }
    const std::string where = " in slot " + std::to_string(slot.slot) + ".";
    if (accepted) {
        terminal.print(terminal.good("The quorum has decided so" + where));
        return kOk;
    }
    terminal.print(terminal.bad("The quorum has refused it" + where));
    for (const api::ManagerVoteView &manager : slot.managers) {
        for (const std::string &reason : manager.reasons) {
            terminal.print("  " + manager.manager + ": " + reason + ". " + api::reasonText(reason));
        }
    }
    return kFinding;
}

} // namespace

int awaitDecision(const Terminal &terminal, RemoteSession &session, const api::SubmittedProposal &submitted)
{
    terminal.note("Proposal " + submitted.proposal + " is with the memory managers.");
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < deadline) {
        const Result<std::optional<api::QuorumSlotView>> slot = slotOf(session, submitted.proposal);
        if (!slot) {
            return terminal.fail(slot.error());
        }
        if (slot->has_value()) {
            return report(terminal, **slot, submitted.proposal);
        }
        std::this_thread::sleep_for(kPause);
    }
    return terminal.fail(Error{ErrorKind::Unavailable,
                               "no quorum has decided yet; it is submitted again until one does. `coinswarm-cli audit "
                               "export` shows when."});
}

} // namespace coinswarm::cli
