// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/agent.h>
#include <coinswarm/result.h>

namespace coinswarm::plugins {

inline constexpr std::size_t kMaxReasons = 8; ///< per vote; the rest is cut off and the last one says so
inline constexpr std::size_t kMaxReasonBytes = 240; ///< per reason; a longer one is cut at a character and ends in …

/// The vote if the committee may count it, with its reasons cut to size; otherwise an error that says what is wrong.
/// Refused: confidence NaN or outside 0 … 1, an action that does not exist, negative size, a stop or target that is
/// negative or on the wrong side of `close`, size or prices on HOLD, a veto without the right to veto or with BUY or
/// SELL. Called in the agent's thread.
Result<Vote> checkedVote(Vote vote, const AgentSpec &spec, Price close);

/// The spec if a session can honour it; otherwise an error that says what is wrong.
Result<AgentSpec> checkedSpec(AgentSpec spec);

} // namespace coinswarm::plugins
