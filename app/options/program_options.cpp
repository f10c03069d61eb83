// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "options/program_options.h"

#include "config/key_table.h"

#include <QtCore/QFileInfo>

#include <algorithm>

namespace coinswarm::options {

std::string optionLines(std::span<const OptionLine> lines)
{
    const auto usage = [](const OptionLine &line) {
        return QStringLiteral("--%1 %2").arg(QLatin1StringView(line.name), QLatin1StringView(line.value));
    };
    qsizetype widest = 0;
    for (const OptionLine &line : lines) {
        widest = std::max(widest, usage(line).size());
    }
    std::string out;
    for (const OptionLine &line : lines) {
        out += "  " + usage(line).leftJustified(widest + 2).toStdString() + line.description + '\n';
    }
    return out;
}

Result<void> parseOptions(QCommandLineParser &parser, std::span<const OptionLine> lines, const QStringList &arguments)
{
    std::vector<std::string> names;
    for (const OptionLine &line : lines) {
        QCommandLineOption option{QString(QLatin1StringView(line.name))};
        option.setValueName(QLatin1StringView(line.value));
        parser.addOption(option);
        names.emplace_back(line.name);
    }
    const bool parsed = parser.parse(arguments);
    if (parser.isSet(QStringLiteral("help")) || parser.isSet(QStringLiteral("version"))) {
        return {};
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
    return {};
}

std::vector<std::string> texts(const QCommandLineParser &parser, const char *option)
{
    std::vector<std::string> out;
    for (const QString &value : parser.values(QLatin1StringView(option))) {
        out.push_back(value.toStdString());
    }
    return out;
}

config::Paths paths(const QCommandLineParser &parser)
{
    const QString folder = parser.value(QStringLiteral("data-folder"));
    return folder.isEmpty() ? config::Paths::standard()
                            : config::Paths::below(QFileInfo(folder).absoluteFilePath().toStdString());
}

Result<std::optional<std::chrono::milliseconds>> runFor(const QCommandLineParser &parser)
{
    if (!parser.isSet(QStringLiteral("for"))) {
        return std::optional<std::chrono::milliseconds>();
    }
    const Result<Duration> duration = config::parseDuration(parser.value(QStringLiteral("for")).toStdString());
    if (!duration.ok()) {
        return invalid("--for: " + duration.error().message);
    }
    return std::optional(std::chrono::duration_cast<std::chrono::milliseconds>(*duration));
}

Result<config::Loaded> configuration(const QCommandLineParser &parser, const config::Paths &paths)
{
    std::string file = parser.value(QStringLiteral("config")).toStdString();
    const std::string own = paths.configFile();
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
    return loaded;
}

} // namespace coinswarm::options
