// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "options/program_options.h"
#include "tick_stream.h"

#include <QtCore/QStringList>

#include <variant>

namespace coinswarm::ticks {

/// What the command line of coinswarm-ticks says.
struct TicksOptions {
    config::Paths paths;
    config::Configuration configuration;
    redis_ticks::TickStream::Options stream;
    std::optional<std::chrono::milliseconds> runFor; ///< then it stops in good order
    bool recordedTimes = false; ///< a simulated or recorded market keeps its own times
    bool safeMode = false;
    bool json = false; ///< what was done is printed as JSON at the end
    std::vector<std::string> pluginFolders;
};

/// Invalid with the nearest option, what is wrong with a value, or all problems of the configuration; Environment if a file
/// or the password cannot be read.
Result<std::variant<TicksOptions, options::Answer>> ticksOptions(const QStringList &arguments);

} // namespace coinswarm::ticks
