// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "cli/remote_session.h"

namespace coinswarm::cli {

/// Waits for what becomes of a proposal that was submitted, tells it, and returns the exit code: 0 decided so, 1 refused, 3
/// undecided so far.
int awaitDecision(const Terminal &terminal, RemoteSession &session, const api::SubmittedProposal &submitted);

} // namespace coinswarm::cli
