// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "daemon/daemon_options.h"

namespace coinswarm::daemon {

/// Runs one memory manager until it is asked to stop, or for as long as the options say; returns the exit code. Its log
/// goes to standard error.
int runManager(DaemonOptions options);

} // namespace coinswarm::daemon
