// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "trading/desk_config.h"

namespace coinswarm::trading {

/// Proves on a private desk with this configuration that the kill switch works: an order is placed, the switch is thrown,
/// a cancel must go out, and a new entry must be denied. To be run at start, before anything trades.
Result<void> selfTestKillSwitch(const DeskConfig &config);

} // namespace coinswarm::trading
