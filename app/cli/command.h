// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cli/terminal.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QStringList>

#include <functional>
#include <vector>

namespace coinswarm::cli {

struct Option {
    QString name;
    QString value; ///< "FILE"; empty for a switch
    QString description;
};

/// A command line after it was understood.
struct Invocation {
    const QCommandLineParser &options;
    QStringList arguments;
    Terminal &terminal;

    bool has(const char *option) const { return options.isSet(QLatin1StringView(option)); }
    /// Empty if the option was not given.
    std::string value(const char *option) const { return options.value(QLatin1StringView(option)).toStdString(); }
    std::vector<std::string> values(const char *option) const;
};

/// One thing that the program does.
struct Command {
    QString name; ///< "approvals approve"
    QString arguments; ///< "ID"; empty for none
    QString summary; ///< one sentence
    int minimumArguments = 0;
    int maximumArguments = 0;
    std::vector<Option> options;
    QStringList examples; ///< without "coinswarm-cli"
    QString remarks; ///< further help; may be empty
    std::function<int(const Invocation &)> run; ///< returns the exit code
};

/// One file of app/cli each.
std::vector<Command> statusCommands();
std::vector<Command> approvalCommands();
std::vector<Command> auditCommands();
std::vector<Command> clusterCommands();
std::vector<Command> membershipCommands();
std::vector<Command> committeeCommands();
std::vector<Command> auditReadingCommands(); ///< those of auditCommands() that show what is in a log
std::vector<Command> memoryCommands();
std::vector<Command> controlCommands();
std::vector<Command> explainCommands();
std::vector<Command> backtestCommands();
std::vector<Command> indicatorCommands();
std::vector<Command> journalCommands();
Command replayCommand(); ///< one of journalCommands()
std::vector<Command> pluginCommands();
std::vector<Command> configCommands();
std::vector<Command> docsCommands();

/// A number of an order or an approval. Invalid if it is none.
Result<std::uint64_t> parseNumber(const QString &text, const std::string &what);

} // namespace coinswarm::cli
