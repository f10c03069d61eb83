// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "backtest/replay.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/plugin_access.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>

namespace coinswarm::cli {

namespace {

QJsonObject toJson(const backtest::ReplayReport &report)
{
    QJsonArray changed;
    for (const std::string &agent : report.changedPlugins) {
        changed.append(QString::fromStdString(agent));
    }
    return {{QStringLiteral("identical"), report.identical},
            {QStringLiteral("records"), static_cast<qint64>(report.records)},
            {QStringLiteral("events"), static_cast<qint64>(report.events)},
            {QStringLiteral("effects"), static_cast<qint64>(report.effects)},
            {QStringLiteral("votes"), static_cast<qint64>(report.votes)},
            {QStringLiteral("differs_at"), static_cast<qint64>(report.differsAt.value)},
            {QStringLiteral("difference"), QString::fromStdString(report.difference)},
            {QStringLiteral("recorded"), QString::fromStdString(report.recorded)},
            {QStringLiteral("replayed"), QString::fromStdString(report.replayed)},
            {QStringLiteral("changed_plugins"), changed},
            {QStringLiteral("decisions_sha256"), QString::fromStdString(report.decisionsSha256)},
            {QStringLiteral("torn"), report.torn}};
}

void print(const backtest::ReplayReport &report, const Terminal &terminal)
{
    if (report.identical) {
        terminal.print(terminal.good(
            "Identical: " + std::to_string(report.events) + " events lead to the same " + std::to_string(report.effects)
            + " effects"
            + (report.votes > 0 ? ", and " + std::to_string(report.votes) + " votes to the same answers" : "") + "."));
    } else {
        terminal.print(
            terminal.bad("Record " + std::to_string(report.differsAt.value) + ": " + report.difference + "."));
        terminal.print("recorded  " + (report.recorded.empty() ? "nothing" : report.recorded));
        terminal.print("now       " + (report.replayed.empty() ? "nothing" : report.replayed));
    }
    for (const std::string &agent : report.changedPlugins) {
        terminal.print(
            terminal.warning("The plugin of agent " + agent + " is not the file that the journal was made with."));
    }
    if (report.torn) {
        terminal.note("The journal ends in a torn record, which was left out.");
    }
    terminal.print("decisions " + report.decisionsSha256);
}

int replay(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    backtest::ReplayOptions options;
    options.recompute = invocation.has("recompute");
    std::unique_ptr<plugins::PluginHost> plugins;
    if (options.recompute) {
        Result<std::unique_ptr<plugins::PluginHost>> scanned = scannedPlugins(invocation, false);
        if (!scanned.ok()) {
            return terminal.fail(scanned.error());
        }
        plugins = std::move(scanned).value();
        options.plugins = plugins.get();
    }
    const Result<backtest::ReplayReport> report =
        backtest::replayJournal(invocation.arguments.first().toStdString(), options);
    if (!report.ok()) {
        return terminal.fail(report.error(), kEnvironment);
    }
    if (terminal.json()) {
        terminal.printJson(toJson(*report));
    } else {
        print(*report, terminal);
    }
    return report->identical ? kOk : kFinding;
}

} // namespace

Command replayCommand()
{
    Command command;
    command.name = QStringLiteral("journal replay");
    command.arguments = QStringLiteral("JOURNAL");
    command.summary = QStringLiteral("Give a journal's events to the engine again and compare what it does.");
    command.minimumArguments = command.maximumArguments = 1;
    command.options = {
        {QStringLiteral("recompute"),
         {},
         QStringLiteral("Run the agents again as well, and tell a changed plugin from a changed journal.")}};
    for (const Option &option : pluginOptions()) {
        command.options.push_back(option);
    }
    command.remarks =
        QStringLiteral("Exit codes: 0 identical, 1 the first difference is shown, 3 it cannot be replayed.");
    command.examples = {QStringLiteral("journal replay out/journal"),
                        QStringLiteral("journal replay out/journal --recompute --json")};
    command.run = replay;
    return command;
}

} // namespace coinswarm::cli
