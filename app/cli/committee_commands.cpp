// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/awaited_decision.h"

namespace coinswarm::cli {

namespace {

/// Proposes, and waits for what becomes of it.
int propose(const Invocation &invocation, RemoteSession &session, api::CommitteeWish wish)
{
    const Terminal &terminal = invocation.terminal;
    wish.operatorName = operatorName(invocation);
    wish.reason = invocation.value("reason");
    const Result<api::SubmittedProposal> submitted = session.wait(session.engine().proposeCommittee(std::move(wish)));
    if (!submitted) {
        return terminal.fail(submitted.error());
    }
    return awaitDecision(terminal, session, *submitted);
}

int weights(const Invocation &invocation, RemoteSession &session)
{
    api::CommitteeWish wish;
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
    api::CommitteeWish wish;
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
