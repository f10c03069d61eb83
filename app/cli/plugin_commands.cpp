// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/plugin_access.h"
#include "cli/text_table.h"
#include "codec/json_writer.h"
#include "plugins/plugin_self_test.h"

namespace coinswarm::cli {

namespace {

int list(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    const Result<std::unique_ptr<plugins::PluginHost>> host = scannedPlugins(invocation, true);
    if (!host.ok()) {
        return terminal.fail(host.error());
    }
    const std::vector<api::PluginInfo> plugins = (*host)->list();
    if (terminal.json()) {
        terminal.printJson(codec::toJson(plugins));
        return kOk;
    }
    TextTable table({"plugin", "kind", "version", "state", "description"});
    std::string reasons;
    for (const api::PluginInfo &plugin : plugins) {
        table.addRow({plugin.id, plugin.kind, plugin.version, std::string(enumName(plugin.state)), plugin.description});
        for (const std::string &reason : plugin.reasons) {
            reasons += plugin.id + ": " + reason + '\n';
        }
    }
    terminal.print(table.text());
    if (!reasons.empty()) {
        terminal.print('\n' + reasons);
    }
    return kOk;
}

int enable(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    const Result<std::unique_ptr<plugins::PluginHost>> host = scannedPlugins(invocation, true);
    if (!host.ok()) {
        return terminal.fail(host.error());
    }
    const std::string id = invocation.arguments.first().toStdString();
    const Result<void> done = (*host)->enable(id);
    if (!done.ok()) {
        return terminal.fail(done.error());
    }
    terminal.note(id + " will be used from the next start on");
    return kOk;
}

int disable(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    const Result<std::unique_ptr<plugins::PluginHost>> host = scannedPlugins(invocation, true);
    if (!host.ok()) {
        return terminal.fail(host.error());
    }
    const std::string id = invocation.arguments.first().toStdString();
    const std::string reason = invocation.has("reason") ? invocation.value("reason") : "disabled from the command line";
    const Result<void> done = (*host)->disable(id, reason);
    if (!done.ok()) {
        return terminal.fail(done.error());
    }
    terminal.note(id + " will not be used from the next start on");
    return kOk;
}

int test(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    const Result<std::unique_ptr<plugins::PluginHost>> host = scannedPlugins(invocation, false);
    if (!host.ok()) {
        return terminal.fail(host.error());
    }
    const std::vector<api::PluginFinding> findings = plugins::selfTest(**host);
    bool passed = true;
    TextTable table({"plugin", "check", "result", "detail"});
    for (const api::PluginFinding &finding : findings) {
        passed = passed && finding.passed;
        table.addRow({finding.plugin, finding.check, finding.passed ? "ok" : "FAILED", finding.detail});
    }
    if (terminal.json()) {
        terminal.printJson(codec::toJson(findings));
    } else {
        terminal.print(table.text());
    }
    return passed ? kOk : kFinding;
}

Command named(const char *name, const char *summary, std::function<int(const Invocation &)> run)
{
    Command command;
    command.name = QLatin1StringView(name);
    command.summary = QLatin1StringView(summary);
    command.options = pluginOptions();
    command.run = std::move(run);
    return command;
}

} // namespace

std::vector<Command> pluginCommands()
{
    Command listCommand = named("plugins list", "Show all plugins, with the reasons why some are not in use.", list);
    listCommand.examples = {QStringLiteral("plugins list --json")};
    Command enableCommand = named("plugins enable", "Use a plugin again from the next start on.", enable);
    Command disableCommand = named("plugins disable", "Do not use a plugin from the next start on.", disable);
    for (Command *command : {&enableCommand, &disableCommand}) {
        command->arguments = QStringLiteral("ID");
        command->minimumArguments = command->maximumArguments = 1;
        command->examples = {command->name + QStringLiteral(" mean_reversion")};
    }
    disableCommand.options.push_back(
        {QStringLiteral("reason"), QStringLiteral("TEXT"), QStringLiteral("Why, for the list.")});
    Command testCommand =
        named("plugins self-test", "Load and try every plugin; exit code 1 if one does not work.", test);
    testCommand.examples = {QStringLiteral("plugins self-test --plugin-path my-plugins")};
    return {listCommand, enableCommand, disableCommand, testCommand};
}

} // namespace coinswarm::cli
