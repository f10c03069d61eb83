// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/exit_code.h"
#include "cli/remote_session.h"
#include "codec/json_writer.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

namespace coinswarm::cli {

namespace {

constexpr std::chrono::seconds kPatience{15};
constexpr std::chrono::milliseconds kPause{250};

bool accepts(const control::QuorumSlotView &slot, const std::string &proposal)
{
    return std::any_of(slot.content.begin(), slot.content.end(),
                       [&](const control::QuorumItemView &item) { return item.proposal == proposal && item.accepted; });
}

/// The slot that decided the proposal, once there is one.
Result<std::optional<control::QuorumSlotView>> slotOf(RemoteSession &session, const std::string &proposal)
{
    // It is among the newest, if it is there.
    Result<control::SlotPage> page = session.wait(session.engine().quorumSlots({0, 8, proposal}));
    if (!page) {
        return page.error();
    }
    // Submitted twice, it is accepted once and refused as a duplicate afterwards.
    const auto decided = std::find_if(page->slots.begin(), page->slots.end(),
                                      [&](const control::QuorumSlotView &slot) { return accepts(slot, proposal); });
    if (decided != page->slots.end()) {
        return std::optional(std::move(*decided));
    }
    return page->slots.empty() ? std::nullopt : std::optional(std::move(page->slots.back()));
}

int report(const Terminal &terminal, const control::QuorumSlotView &slot, const std::string &proposal)
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
    for (const control::ManagerVoteView &manager : slot.managers) {
        for (const std::string &reason : manager.reasons) {
            terminal.print("  " + manager.manager + ": " + reason + ". " + control::reasonText(reason));
        }
    }
    return kFinding;
}

/// Proposes, and waits for what becomes of it.
int propose(const Invocation &invocation, RemoteSession &session, control::CommitteeWish wish)
{
    const Terminal &terminal = invocation.terminal;
    wish.operatorName = operatorName(invocation);
    wish.reason = invocation.value("reason");
    const Result<control::SubmittedProposal> submitted =
        session.wait(session.engine().proposeCommittee(std::move(wish)));
    if (!submitted) {
        return terminal.fail(submitted.error());
    }
    terminal.note("Proposal " + submitted->proposal + " is with the memory managers.");
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < deadline) {
        const Result<std::optional<control::QuorumSlotView>> slot = slotOf(session, submitted->proposal);
        if (!slot) {
            return terminal.fail(slot.error());
        }
        if (slot->has_value()) {
            return report(terminal, **slot, submitted->proposal);
        }
        std::this_thread::sleep_for(kPause);
    }
    return terminal.fail(Error{ErrorKind::Unavailable,
                               "no quorum has decided yet; it is submitted again until one does. `coinswarm-cli audit "
                               "export` shows when."});
}

int weights(const Invocation &invocation, RemoteSession &session)
{
    control::CommitteeWish wish;
    for (const QString &argument : invocation.arguments) {
        const qsizetype equals = argument.indexOf(QLatin1Char('='));
        bool ok = equals > 0;
        const double weight = ok ? argument.mid(equals + 1).toDouble(&ok) : 0;
        if (!ok) {
            return invocation.terminal.fail(
                invalid("\"" + argument.toStdString() + "\" is no weight; expected AGENT=0.4"));
        }
        wish.weights.push_back({argument.left(equals).toStdString(), weight});
    }
    return propose(invocation, session, std::move(wish));
}

int place(const Invocation &invocation, RemoteSession &session, bool benched)
{
    control::CommitteeWish wish;
    wish.agent = invocation.arguments.first().toStdString();
    wish.benched = benched;
    return propose(invocation, session, std::move(wish));
}

Command named(const char *name, const char *arguments, const char *summary,
              std::function<int(const Invocation &, RemoteSession &)> act)
{
    Command command;
    command.name = QLatin1StringView(name);
    command.arguments = QLatin1StringView(arguments);
    command.summary = QLatin1StringView(summary);
    command.minimumArguments = command.maximumArguments = 1;
    command.options = remoteOptions();
    command.options.push_back(operatorOption());
    command.options.push_back(
        {QStringLiteral("reason"), QStringLiteral("TEXT"), QStringLiteral("Why; it goes into the audit log.")});
    command.remarks =
        QStringLiteral("It is a proposal: the memory managers decide, and this waits for their decision.\n"
                       "Exit codes: 0 decided so, 1 refused, 3 undecided or no engine.");
    command.run = [act = std::move(act)](const Invocation &invocation) {
        return withSession(invocation, [&](RemoteSession &session) { return act(invocation, session); });
    };
    return command;
}

} // namespace

std::vector<Command> committeeCommands()
{
    Command weightsCommand = named("committee weights", "AGENT=WEIGHT…",
                                   "Propose other weights for the agents; of all of them, together 1.", weights);
    weightsCommand.maximumArguments = 64;
    weightsCommand.examples = {QStringLiteral("committee weights trend=0.5 mean_reversion=0.3 risk=0.2")};
    Command bench = named("committee bench", "AGENT", "Propose that an agent does not vote any more.",
                          [](const Invocation &i, RemoteSession &s) { return place(i, s, true); });
    bench.examples = {QStringLiteral("committee bench trend --reason \"loses in ranges\"")};
    Command unbench = named("committee unbench", "AGENT", "Propose that a benched agent votes again.",
                            [](const Invocation &i, RemoteSession &s) { return place(i, s, false); });
    unbench.examples = {QStringLiteral("committee unbench trend")};
    return {weightsCommand, bench, unbench};
}

} // namespace coinswarm::cli
