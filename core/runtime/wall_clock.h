// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/timestamp.h>

#include <chrono>

namespace coinswarm::runtime {

/// What the machine's clock says. Never for the engine, whose time is in its events.
inline Timestamp wallNow()
{
    return {std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

} // namespace coinswarm::runtime
