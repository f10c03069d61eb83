// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "daemon/daemon_options.h"

namespace coinswarm::daemon {

namespace {

using Outcome = std::variant<DaemonOptions, options::Answer>;

constexpr options::OptionLine kOptions[] = {
    {"config", "FILE", "Read this configuration; default: the user's own, if there is one."},
    {"set", "KEY=VALUE", "Change one key of the configuration; may be repeated."},
    {"for", "DURATION", "Stop in good order after this time, as 60s or 5m."},
    {"demo", "", "Tell on the terminal what happens, and end when the market ends."},
    {"speed", "FACTOR", "Session seconds per second for simulated and recorded markets; max: as fast as possible."},
    {"data-folder", "FOLDER", "Keep every file below this folder instead of the user's standard folders."},
    {"fresh", "", "Begin a new session even if one can be continued."},
    {"safe-mode", "", "Use only the plugins that came with the program."},
    {"role", "ROLE", "engine: a trading session (default); manager: one memory manager of a cluster."},
    {"id", "ID", "With --role manager: which one, as m2; its place in the genesis file."},
    {"plugin-path", "FOLDER", "Search this folder for plugins too; may be repeated."},
    {"version", "", "Print the version."},
    {"help", "", "Print this page."},
};

std::string help()
{
    return "Usage: coinswarmd [OPTIONS]\n\nRuns a trading session without a display. coinswarm-cli and the desktop "
           "(coinswarm --connect)\nsupervise it.\n\nOptions:\n"
        + options::optionLines(kOptions)
        + "\nExit codes: 0 ended in good order, 1 the engine stopped by itself, 2 wrong usage or configuration, 3 "
          "environment.\n"
          "\nExamples:\n  coinswarmd --demo --for 60s\n  coinswarmd --config coinswarm.toml --set "
          "engine.decision_interval=5m\n  coinswarmd --role manager --id m2 --config cluster.toml\n";
}

} // namespace

Result<Outcome> daemonOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    const Result<void> parsed = options::parseOptions(parser, kOptions, arguments);
    if (!parsed.ok()) {
        return parsed.error();
    }
    if (parser.isSet(QStringLiteral("help"))) {
        return Outcome(options::Answer{help()});
    }
    if (parser.isSet(QStringLiteral("version"))) {
        return Outcome(options::Answer{"coinswarmd " COINSWARM_VERSION "\n"});
    }
    DaemonOptions options;
    options.paths = options::paths(parser);
    const std::string folder = parser.value(QStringLiteral("data-folder")).toStdString();
    options.dataFolderHint = folder.empty() ? std::string() : " --data-folder " + folder;
    options.demonstration = parser.isSet(QStringLiteral("demo"));
    options.safeMode = parser.isSet(QStringLiteral("safe-mode"));
    options.fresh = parser.isSet(QStringLiteral("fresh"));
    options.pluginFolders = options::texts(parser, "plugin-path");
    const auto runFor = options::runFor(parser);
    if (!runFor.ok()) {
        return runFor.error();
    }
    options.runFor = *runFor;
    const QString role = parser.value(QStringLiteral("role"));
    if (!role.isEmpty() && role != QLatin1StringView("engine") && role != QLatin1StringView("manager")) {
        return invalid("--role: expected engine or manager, not " + role.toStdString());
    }
    options.manager = parser.value(QStringLiteral("id")).toStdString();
    if ((role == QLatin1StringView("manager")) == options.manager.empty()) {
        return invalid("--role manager and --id ID belong together, as in --role manager --id m2");
    }
    Result<config::Loaded> configuration = options::configuration(parser, options.paths);
    if (!configuration.ok()) {
        return configuration.error();
    }
    options.configuration = std::move(configuration).value();
    return Outcome(std::move(options));
}

} // namespace coinswarm::daemon
