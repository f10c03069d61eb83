// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cli/command.h"
#include "config/configuration.h"
#include "config/paths.h"

namespace coinswarm::cli {

/// The files of an engine on this machine, which need not be running.
struct SessionFiles {
    config::Configuration configuration;
    config::Paths paths;

    std::string auditLog() const;
};

/// --config and --data-folder.
std::vector<Option> sessionFileOptions();
/// As those options name them, else the user's own. Invalid with everything that is wrong in the configuration.
Result<SessionFiles> sessionFiles(const Invocation &invocation);
/// `named`, or the audit log of the session's memory if it is empty. NotFound, with what to do, if there is none.
Result<std::string> auditLogOf(const Invocation &invocation, const QString &named);

} // namespace coinswarm::cli
