// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/memory_log.h"
#include "cli/session_files.h"

namespace coinswarm::cli {

namespace {

Command named(const char *name, const char *summary, int (*run)(const Invocation &))
{
    Command command;
    command.name = QLatin1StringView(name);
    command.arguments = QStringLiteral("[LOG]");
    command.summary = QLatin1StringView(summary);
    command.maximumArguments = 1;
    command.options = sessionFileOptions();
    command.options.push_back({QStringLiteral("genesis"), QStringLiteral("FILE"),
                               QStringLiteral("The first managers' keys, from a source that you trust.")});
    command.remarks = QStringLiteral("Without LOG: that of the engine's memory on this machine.\nThe audit log is "
                                     "verified first, and every proposal in it is judged again.\n"
                                     "Exit codes: 0 ok, 1 the log is not sound or the answer is no, 3 unreadable.");
    command.run = run;
    return command;
}

} // namespace

std::vector<Command> memoryCommands()
{
    const Option slot{QStringLiteral("slot"), QStringLiteral("N"),
                      QStringLiteral("The memory as it was behind slot N.")};
    Command statsCommand = named("memory stats", "Show what an audit log has made the memory be.", memoryStats);
    statsCommand.options.push_back(slot);
    statsCommand.examples = {QStringLiteral("memory stats"),
                             QStringLiteral("memory stats memory.csa --slot 100 --json")};

    Command recallCommand =
        named("memory recall", "Find the episodes that began most alike, comparing all.", memoryRecall);
    recallCommand.options.push_back(
        {QStringLiteral("episode"), QStringLiteral("ID"),
         QStringLiteral("Like this episode, which is left out itself; default: the latest.")});
    recallCommand.options.push_back({QStringLiteral("embedding"), QStringLiteral("FILE|HEX"),
                                     QStringLiteral("Like this state: 384 features as bytes, hexadecimal or JSON.")});
    recallCommand.options.push_back(
        {QStringLiteral("count"), QStringLiteral("N"), QStringLiteral("At most so many (10).")});
    recallCommand.options.push_back(slot);
    recallCommand.options.push_back(
        {QStringLiteral("with-deprecated"), {}, QStringLiteral("Episodes of deprecated patterns too.")});
    recallCommand.examples = {QStringLiteral("memory recall memory.csa --episode 17"),
                              QStringLiteral("memory recall memory.csa --embedding state.json --count 5 --json")};

    Command rebuildCommand =
        named("memory rebuild", "Fill the memory's tables of a database from an audit log.", memoryRebuild);
    rebuildCommand.options.push_back(
        {QStringLiteral("database"), QStringLiteral("FILE"),
         QStringLiteral("This SQLite database, made if it is not there; default: the configured one.")});
    rebuildCommand.remarks += QStringLiteral(
        "\nWith SQLite it is one transaction: Ctrl-C, or anything else that stops it, leaves the old "
        "contents. With PostgreSQL what was written stays, and may be rebuilt again. Sessions are not touched.");
    rebuildCommand.examples = {QStringLiteral("memory rebuild"),
                               QStringLiteral("memory rebuild memory.csa --database coinswarm.db")};

    Command proveCommand = named(
        "memory prove", "Follow an episode back to the record of its trade in the engine's journal.", memoryProve);
    proveCommand.arguments = QStringLiteral("EPISODE [LOG]");
    proveCommand.minimumArguments = 1;
    proveCommand.maximumArguments = 2;
    proveCommand.options.push_back({QStringLiteral("journal"), QStringLiteral("FOLDER"),
                                    QStringLiteral("The journal of the session that traded; default: this one's.")});
    proveCommand.remarks +=
        QStringLiteral("\nProven is: the managers decided it, a registered engine signed it, the journal is unchanged, "
                       "signed by the same key and reaches the head that was cited, and its last record before it is "
                       "this very trade.");
    proveCommand.examples = {QStringLiteral("memory prove 17"),
                             QStringLiteral("memory prove 17 memory.csa --journal paper/journal --json")};
    return {statsCommand, recallCommand, rebuildCommand, proveCommand};
}

} // namespace coinswarm::cli
