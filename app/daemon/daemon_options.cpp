// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "daemon/daemon_options.h"

#include "config/key_table.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QFileInfo>

namespace coinswarm::daemon {

namespace {

using Outcome = std::variant<DaemonOptions, Answer>;

struct Line {
    const char *name;
    const char *value;
    const char *description;
};

constexpr Line kOptions[] = {
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
    std::string out = "Usage: coinswarmd [OPTIONS]\n\nRuns a trading session without a display. coinswarm-cli and the "
                      "desktop (coinswarm --connect)\n"
                      "supervise it.\n\nOptions:\n";
    for (const Line &line : kOptions) {
        const QString usage =
            QStringLiteral("--%1 %2").arg(QLatin1StringView(line.name), QLatin1StringView(line.value));
        out += "  " + usage.leftJustified(24).toStdString() + line.description + '\n';
    }
    return out
        + "\nExit codes: 0 ended in good order, 1 the engine stopped by itself, 2 wrong usage or configuration, 3 "
          "environment.\n"
          "\nExamples:\n  coinswarmd --demo --for 60s\n  coinswarmd --config coinswarm.toml --set "
          "engine.decision_interval=5m\n  coinswarmd --role manager --id m2 --config cluster.toml\n";
}

std::vector<std::string> texts(const QCommandLineParser &parser, const char *option)
{
    std::vector<std::string> out;
    for (const QString &value : parser.values(QLatin1StringView(option))) {
        out.push_back(value.toStdString());
    }
    return out;
}

Result<void> readConfiguration(const QCommandLineParser &parser, DaemonOptions &options)
{
    std::string file = parser.value(QStringLiteral("config")).toStdString();
    const std::string own = options.paths.configFile();
    if (file.empty() && QFileInfo::exists(QString::fromStdString(own))) {
        file = own;
    }
    std::vector<std::string> overrides;
    if (parser.isSet(QStringLiteral("speed"))) {
        overrides.push_back("feed.speed=" + parser.value(QStringLiteral("speed")).toStdString());
    }
    const std::vector<std::string> given = texts(parser, "set");
    overrides.insert(overrides.end(), given.begin(), given.end());
    Result<config::Loaded> loaded = config::loadConfigurationFile(file, overrides);
    if (!loaded.ok()) {
        return Error{ErrorKind::Environment, loaded.error().message};
    }
    if (!loaded->ok()) {
        return invalid(config::problemsText(loaded->problems));
    }
    options.configuration = std::move(loaded).value();
    return {};
}

} // namespace

Result<Outcome> daemonOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    std::vector<std::string> names;
    for (const Line &line : kOptions) {
        QCommandLineOption option{QString(QLatin1StringView(line.name))};
        option.setValueName(QLatin1StringView(line.value));
        parser.addOption(option);
        names.emplace_back(line.name);
    }
    const bool parsed = parser.parse(arguments);
    if (parser.isSet(QStringLiteral("help"))) {
        return Outcome(Answer{help()});
    }
    if (parser.isSet(QStringLiteral("version"))) {
        return Outcome(Answer{"coinswarmd " COINSWARM_VERSION "\n"});
    }
    if (!parser.unknownOptionNames().isEmpty()) {
        const std::string name = parser.unknownOptionNames().first().toStdString();
        const std::string near = nearestWord(name, names);
        return invalid("there is no option --" + name
                       + (near.empty() ? "; see --help" : "; did you mean --" + near + "?"));
    }
    if (!parsed || !parser.positionalArguments().isEmpty()) {
        return invalid((parsed ? QStringLiteral("unexpected argument ") + parser.positionalArguments().first()
                               : parser.errorText())
                           .toStdString()
                       + "; see --help");
    }
    DaemonOptions options;
    const std::string folder = parser.value(QStringLiteral("data-folder")).toStdString();
    options.paths = folder.empty()
        ? config::Paths::standard()
        : config::Paths::below(QFileInfo(QString::fromStdString(folder)).absoluteFilePath().toStdString());
    options.dataFolderHint = folder.empty() ? std::string() : " --data-folder " + folder;
    options.demonstration = parser.isSet(QStringLiteral("demo"));
    options.safeMode = parser.isSet(QStringLiteral("safe-mode"));
    options.fresh = parser.isSet(QStringLiteral("fresh"));
    options.pluginFolders = texts(parser, "plugin-path");
    if (parser.isSet(QStringLiteral("for"))) {
        const Result<Duration> duration = config::parseDuration(parser.value(QStringLiteral("for")).toStdString());
        if (!duration.ok()) {
            return invalid("--for: " + duration.error().message);
        }
        options.runFor = std::chrono::duration_cast<std::chrono::milliseconds>(*duration);
    }
    const QString role = parser.value(QStringLiteral("role"));
    if (!role.isEmpty() && role != QLatin1StringView("engine") && role != QLatin1StringView("manager")) {
        return invalid("--role: expected engine or manager, not " + role.toStdString());
    }
    options.manager = parser.value(QStringLiteral("id")).toStdString();
    if ((role == QLatin1StringView("manager")) == options.manager.empty()) {
        return invalid("--role manager and --id ID belong together, as in --role manager --id m2");
    }
    if (const Result<void> read = readConfiguration(parser, options); !read.ok()) {
        return read.error();
    }
    return Outcome(std::move(options));
}

} // namespace coinswarm::daemon
