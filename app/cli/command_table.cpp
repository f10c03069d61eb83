// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/command_table.h"

#include "cli/exit_code.h"

#include <coinswarm/settings.h>

namespace coinswarm::cli {

namespace {

const std::vector<Option> &optionsOfAll()
{
    static const std::vector<Option> options{
        {QStringLiteral("json"), {}, QStringLiteral("Print one JSON value on standard output.")},
        {QStringLiteral("help"), {}, QStringLiteral("Explain the command.")},
    };
    return options;
}

std::string padded(const QString &text, int width)
{
    return text.leftJustified(width).toStdString();
}

} // namespace

std::vector<std::string> Invocation::values(const char *option) const
{
    std::vector<std::string> out;
    for (const QString &text : options.values(QLatin1StringView(option))) {
        out.push_back(text.toStdString());
    }
    return out;
}

Result<std::uint64_t> parseNumber(const QString &text, const std::string &what)
{
    bool ok = false;
    const qulonglong number = text.toULongLong(&ok);
    if (!ok || number == 0) {
        return invalid("\"" + text.toStdString() + "\" is no " + what + "; expected a number from 1");
    }
    return number;
}

CommandTable::CommandTable()
{
    for (const auto &group :
         {statusCommands(), approvalCommands(), controlCommands(), explainCommands(), backtestCommands(),
          indicatorCommands(), journalCommands(), auditCommands(), memoryCommands(), committeeCommands(),
          clusterCommands(), membershipCommands(), pluginCommands(), configCommands(), docsCommands()})
    {
        m_commands.insert(m_commands.end(), group.begin(), group.end());
    }
}

int CommandTable::run(const QStringList &arguments) const
{
    QStringList words;
    for (const QString &argument : arguments.mid(1)) {
        if (argument.startsWith(QLatin1Char('-'))) {
            break;
        }
        words.append(argument);
    }
    const bool json = arguments.contains(QStringLiteral("--json"));
    if (words == QStringList{QStringLiteral("plugins")} && arguments.contains(QStringLiteral("--self-test"))) {
        QStringList spelled = arguments;
        spelled.removeAll(QStringLiteral("--self-test"));
        spelled.insert(2, QStringLiteral("self-test"));
        return run(spelled);
    }
    if (words.isEmpty() || words.first() == QLatin1StringView("help")) {
        qsizetype used = 0;
        if (const Command *command = find(words.mid(1), used)) {
            Terminal(false).print(help(*command));
            return kOk;
        }
        if (arguments.contains(QStringLiteral("--version"))) {
            Terminal(false).print("coinswarm-cli " COINSWARM_VERSION);
            return kOk;
        }
        const bool asked = !words.isEmpty() || arguments.contains(QStringLiteral("--help"));
        if (asked) {
            Terminal(false).print(overview());
            return kOk;
        }
        Terminal(json).note(overview());
        return kUsage;
    }
    qsizetype used = 0;
    const Command *command = find(words, used);
    if (command == nullptr) {
        return unknown(words, json);
    }
    return runCommand(*command, arguments.mid(1 + used));
}

const Command *CommandTable::find(const QStringList &words, qsizetype &used) const
{
    for (qsizetype length = std::min<qsizetype>(2, words.size()); length > 0; --length) {
        const QString name = words.mid(0, length).join(QLatin1Char(' '));
        for (const Command &command : m_commands) {
            if (command.name == name) {
                used = length;
                return &command;
            }
        }
    }
    return nullptr;
}

int CommandTable::unknown(const QStringList &words, bool json) const
{
    const QString two = words.mid(0, 2).join(QLatin1Char(' '));
    std::vector<std::string> names;
    std::string ofGroup;
    for (const Command &command : m_commands) {
        names.push_back(command.name.toStdString());
        if (command.name.startsWith(words.first() + QLatin1Char(' '))) {
            ofGroup += (ofGroup.empty() ? "" : ", ") + command.name.toStdString();
        }
    }
    if (!ofGroup.empty()) {
        return Terminal(json).fail(invalid("expected one of: " + ofGroup));
    }
    std::string near = nearestWord(two.toStdString(), names);
    if (near.empty()) {
        near = nearestWord(words.first().toStdString(), names);
    }
    return Terminal(json).fail(
        invalid("there is no command " + words.first().toStdString()
                + (near.empty() ? "; see coinswarm-cli --help" : "; did you mean " + near + "?")));
}

int CommandTable::runCommand(const Command &command, const QStringList &arguments) const
{
    QCommandLineParser parser;
    std::vector<std::string> names;
    const auto add = [&](const Option &option) {
        parser.addOption(option.value.isEmpty() ? QCommandLineOption(option.name, option.description)
                                                : QCommandLineOption(option.name, option.description, option.value));
        names.push_back(option.name.toStdString());
    };
    std::for_each(command.options.begin(), command.options.end(), add);
    std::for_each(optionsOfAll().begin(), optionsOfAll().end(), add);

    const bool parsed = parser.parse(QStringList{QStringLiteral("coinswarm-cli")} + arguments);
    Terminal terminal(parser.isSet(QStringLiteral("json")));
    if (parser.isSet(QStringLiteral("help"))) {
        terminal.print(help(command));
        return kOk;
    }
    const std::string see = "; see coinswarm-cli " + command.name.toStdString() + " --help";
    if (!parser.unknownOptionNames().isEmpty()) {
        const std::string name = parser.unknownOptionNames().first().toStdString();
        const std::string near = nearestWord(name, names);
        return terminal.fail(invalid(command.name.toStdString() + " has no option --" + name
                                     + (near.empty() ? see : "; did you mean --" + near + "?")));
    }
    if (!parsed) {
        return terminal.fail(invalid(parser.errorText().toStdString() + see));
    }
    const QStringList positional = parser.positionalArguments();
    if (positional.size() < command.minimumArguments || positional.size() > command.maximumArguments) {
        return terminal.fail(invalid("expected: coinswarm-cli " + command.name.toStdString()
                                     + (command.arguments.isEmpty() ? "" : " " + command.arguments.toStdString())
                                     + see));
    }
    return command.run({parser, positional, terminal});
}

std::string CommandTable::overview() const
{
    std::string out = "Usage: coinswarm-cli COMMAND [ARGUMENTS] [OPTIONS]\n\n";
    for (const Command &command : m_commands) {
        const QString usage =
            command.name + (command.arguments.isEmpty() ? QString() : QLatin1Char(' ') + command.arguments);
        out += "  " + padded(usage, 32) + command.summary.toStdString() + '\n';
    }
    out += "\nEvery command takes --json and --help. Exit codes: 0 ok, 1 the answer is no, 2 wrong usage, 3 "
           "environment.\n";
    return out;
}

std::string CommandTable::help(const Command &command) const
{
    std::string out = "Usage: coinswarm-cli " + command.name.toStdString()
        + (command.arguments.isEmpty() ? "" : " " + command.arguments.toStdString()) + " [OPTIONS]\n\n"
        + command.summary.toStdString() + "\n\nOptions:\n";
    const auto line = [&](const Option &option) {
        const QString usage =
            QStringLiteral("--") + option.name + (option.value.isEmpty() ? QString() : QLatin1Char(' ') + option.value);
        out += "  " + padded(usage, 26) + option.description.toStdString() + '\n';
    };
    std::for_each(command.options.begin(), command.options.end(), line);
    std::for_each(optionsOfAll().begin(), optionsOfAll().end(), line);
    if (!command.remarks.isEmpty()) {
        out += '\n' + command.remarks.toStdString() + '\n';
    }
    if (!command.examples.isEmpty()) {
        out += "\nExamples:\n";
        for (const QString &example : command.examples) {
            out += "  coinswarm-cli " + example.toStdString() + '\n';
        }
    }
    return out;
}

std::string CommandTable::markdown() const
{
    std::string out = R"(# The command line

`coinswarm-cli` asks a running engine over its [control API](control-api.md), and works on files without one. This page is what
`coinswarm-cli docs commands` prints.

Results go to standard output, messages and progress to standard error. With `--json` standard output is one JSON value (lines of
JSON for `journal show` and `audit export`), also for errors: `{"error": {"kind", "message"}}`. Colours and the progress bar appear on a terminal only;
`NO_COLOR` switches colours off.

| exit code | meaning |
|---|---|
| 0 | ok |
| 1 | the answer is no: tampered, refused, not found, mistakes in a configuration |
| 2 | wrong usage; the message names the nearest option or command |
| 3 | the environment: no engine, no such file, no permission |
| 4 | `journal verify` and `audit verify`: sound so far, but torn or not closed |

A command finds the engine through `control.json` in the user's state folder, which every engine leaves at its start, and shows
it the token from the file that is named there.
)";
    for (const Command &command : m_commands) {
        out += "\n## " + command.name.toStdString() + "\n\n```text\n" + help(command) + "```\n";
    }
    return out;
}

} // namespace coinswarm::cli
