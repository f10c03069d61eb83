// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "config/config_loader.h"
#include "config/paths.h"

#include <QtCore/QCommandLineParser>

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace coinswarm::options {

/// One option of a program that has no commands.
struct OptionLine {
    const char *name;
    const char *value; ///< as in FILE; empty: a switch
    const char *description;
};

/// Help or a version, to be printed before the program ends well.
struct Answer {
    std::string text;
};

/// The options as a page of help lists them, a line each.
std::string optionLines(std::span<const OptionLine> lines);

/// Reads the command line. Unless it asks for help or the version, an unknown option (with the nearest known one) and any
/// argument that is no option are Invalid.
Result<void> parseOptions(QCommandLineParser &parser, std::span<const OptionLine> lines, const QStringList &arguments);

/// All values of an option that may be repeated.
std::vector<std::string> texts(const QCommandLineParser &parser, const char *option);

/// What --data-folder says, else the user's standard folders.
config::Paths paths(const QCommandLineParser &parser);

/// How long --for says; nothing without it.
Result<std::optional<std::chrono::milliseconds>> runFor(const QCommandLineParser &parser);

/// The configuration of --config, else the user's own if there is one, with --speed and --set. Environment if the file
/// cannot be read, Invalid with all problems.
Result<config::Loaded> configuration(const QCommandLineParser &parser, const config::Paths &paths);

} // namespace coinswarm::options
