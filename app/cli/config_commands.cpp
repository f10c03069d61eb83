// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/plugin_access.h"
#include "config/config_docs.h"
#include "config/config_loader.h"
#include "config/paths.h"

#include <QtCore/QFileInfo>
#include <QtCore/QJsonArray>

namespace coinswarm::cli {

namespace {

/// Checks what only plugins know: that they are there, and their own settings.
void checkPlugins(const Invocation &invocation, config::Loaded &loaded)
{
    const Result<std::unique_ptr<plugins::PluginHost>> host = scannedPlugins(invocation, false);
    if (!host.ok()) {
        loaded.problems.push_back({{}, host.error().message});
        return;
    }
    const auto check = [&](const std::string &section, const std::string &id, const config::PluginSettings &written) {
        const Result<std::vector<SettingSpec>> specs = (*host)->settingSpecs(id);
        if (!specs.ok()) {
            loaded.problems.push_back({{}, section + ".plugin: " + specs.error().message});
            return;
        }
        config::checkedPluginSettings(section, written, *specs, loaded.problems);
    };
    const config::Configuration &configuration = loaded.configuration;
    check("feed", configuration.feed.plugin, configuration.feed.settings);
    check("venue", configuration.venue.plugin, configuration.venue.settings);
    for (const config::AgentConfiguration &agent : configuration.agents) {
        if (agent.enabled) {
            check("agents." + agent.name, agent.plugin, agent.settings);
        }
    }
}

QJsonArray problemsJson(const std::vector<config::Problem> &problems)
{
    QJsonArray array;
    for (const config::Problem &problem : problems) {
        array.append(QJsonObject{{QStringLiteral("file"), QString::fromStdString(problem.origin.name)},
                                 {QStringLiteral("line"), static_cast<qint64>(problem.origin.line)},
                                 {QStringLiteral("column"), static_cast<qint64>(problem.origin.column)},
                                 {QStringLiteral("message"), QString::fromStdString(problem.message)},
                                 {QStringLiteral("text"), QString::fromStdString(config::toString(problem))}});
    }
    return array;
}

/// The file that was named, else the user's own if it exists.
std::string chosenFile(const Invocation &invocation)
{
    if (!invocation.arguments.isEmpty()) {
        return invocation.arguments.first().toStdString();
    }
    const std::string own = config::Paths::standard().configFile();
    return QFileInfo::exists(QString::fromStdString(own)) ? own : std::string();
}

Result<config::Loaded> loadChecked(const Invocation &invocation)
{
    Result<config::Loaded> loaded = config::loadConfigurationFile(chosenFile(invocation), invocation.values("set"));
    if (loaded.ok()) {
        checkPlugins(invocation, *loaded);
    }
    return loaded;
}

int check(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    const Result<config::Loaded> loaded = loadChecked(invocation);
    if (!loaded.ok()) {
        return terminal.fail(loaded.error(), kEnvironment);
    }
    if (terminal.json()) {
        terminal.printJson(QJsonObject{{QStringLiteral("ok"), loaded->ok()},
                                       {QStringLiteral("problems"), problemsJson(loaded->problems)}});
    } else if (loaded->ok()) {
        terminal.print(terminal.good("The configuration is in order."));
    } else {
        terminal.print(config::problemsText(loaded->problems));
    }
    return loaded->ok() ? kOk : kFinding;
}

int show(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    const Result<config::Loaded> loaded = loadChecked(invocation);
    if (!loaded.ok()) {
        return terminal.fail(loaded.error(), kEnvironment);
    }
    if (!loaded->ok()) {
        return terminal.fail(invalid(config::problemsText(loaded->problems)));
    }
    if (terminal.json()) {
        QJsonArray values;
        for (const config::EffectiveValue &value : loaded->values) {
            values.append(
                QJsonObject{{QStringLiteral("key"), QString::fromStdString(value.key)},
                            {QStringLiteral("value"), QString::fromStdString(value.value)},
                            {QStringLiteral("origin"), QString::fromStdString(config::toString(value.origin))}});
        }
        terminal.printJson(values);
    } else {
        terminal.print(config::effectiveText(*loaded));
    }
    return kOk;
}

Command named(const char *name, const char *arguments, const char *summary, std::function<int(const Invocation &)> run)
{
    Command command;
    command.name = QLatin1StringView(name);
    command.arguments = QLatin1StringView(arguments);
    command.summary = QLatin1StringView(summary);
    command.maximumArguments = 1;
    command.options = pluginOptions();
    command.options.insert(
        command.options.begin(),
        {QStringLiteral("set"), QStringLiteral("KEY=VALUE"), QStringLiteral("Change one key; may be repeated.")});
    command.run = std::move(run);
    return command;
}

} // namespace

std::vector<Command> configCommands()
{
    Command checkCommand =
        named("config check", "[FILE]", "Name every mistake in a configuration file, with its line.", check);
    checkCommand.remarks =
        QStringLiteral("Without FILE: the user's own. Exit codes: 0 in order, 1 mistakes, 3 no such file.");
    checkCommand.examples = {QStringLiteral("config check coinswarm.toml")};
    Command showCommand =
        named("config show", "[FILE]", "Print every value that is in force, and where it comes from.", show);
    showCommand.examples = {QStringLiteral("config show coinswarm.toml --set engine.decision_interval=5m")};
    Command templateCommand = named("config template", "", "Print a configuration file with every key at its default.",
                                    [](const Invocation &invocation) {
                                        invocation.terminal.print(config::configurationTemplate());
                                        return kOk;
                                    });
    templateCommand.maximumArguments = 0;
    templateCommand.options.clear();
    templateCommand.examples = {QStringLiteral("config template > coinswarm.toml")};
    return {checkCommand, showCommand, templateCommand};
}

} // namespace coinswarm::cli
