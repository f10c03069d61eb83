// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cli/command.h"

namespace coinswarm::cli {

/// All commands and how a command line finds one: help, usage errors with the nearest name, exit codes.
class CommandTable
{
public:
    CommandTable();

    /// `arguments` are those of the program, its name first. Returns the exit code.
    int run(const QStringList &arguments) const;
    /// docs/cli.md: every command with its options and examples.
    std::string markdown() const;

private:
    const Command *find(const QStringList &words, qsizetype &used) const;
    int runCommand(const Command &command, const QStringList &arguments) const;
    std::string overview() const;
    std::string help(const Command &command) const;
    int unknown(const QStringList &words, bool json) const;

    std::vector<Command> m_commands;
};

} // namespace coinswarm::cli
