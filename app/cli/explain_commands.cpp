// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "api/explanation_text.h"
#include "cli/exit_code.h"
#include "cli/remote_session.h"
#include "codec/json_writer.h"
#include "supervision/journal_explanation.h"

namespace coinswarm::cli {

namespace {

int show(const Terminal &terminal, const Result<api::Explanation> &explanation)
{
    if (!explanation.ok()) {
        return terminal.fail(explanation.error());
    }
    if (terminal.json()) {
        terminal.printJson(codec::toJson(*explanation));
    } else {
        terminal.printChapter(api::explanationText(*explanation));
    }
    return kOk;
}

int explain(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    const Result<std::uint64_t> number = parseNumber(invocation.arguments.first(), "order");
    if (!number.ok()) {
        return terminal.fail(number.error());
    }
    if (invocation.has("journal")) {
        return show(terminal, supervision::explainFromJournal(invocation.value("journal"), OrderId(*number)));
    }
    return withSession(invocation, [&](RemoteSession &session) {
        return show(terminal, session.wait(session.engine().explain(OrderId(*number))));
    });
}

} // namespace

std::vector<Command> explainCommands()
{
    Command command;
    command.name = QStringLiteral("explain");
    command.arguments = QStringLiteral("ORDER");
    command.summary =
        QStringLiteral("Tell why an order exists: from its fills back to the market that the agents saw.");
    command.minimumArguments = command.maximumArguments = 1;
    command.options = remoteOptions();
    command.options.push_back({QStringLiteral("journal"), QStringLiteral("FOLDER"),
                               QStringLiteral("Read a journal, as a backtest's, instead of asking an engine.")});
    command.examples = {QStringLiteral("explain 17"), QStringLiteral("explain 17 --journal out/journal")};
    command.run = explain;
    return {command};
}

} // namespace coinswarm::cli
