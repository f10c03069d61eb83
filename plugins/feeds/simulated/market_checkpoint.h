// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulated_market.h"

#include <string>
#include <string_view>

namespace coinswarm::simulated {

/// The state of a simulated market as bytes, with what it takes to refuse bytes that are not: a version, a fingerprint of
/// the options that shape prices, and a digest over everything.
std::string encodeCheckpoint(SimulatedMarket &market, const SimulationOptions &options);

/// Puts `market`, which must have been made with `options`, into the state that `checkpoint` holds. Corrupt if the bytes
/// are damaged or from another version, Refused if they were made with other options; `market` is then of no use.
Result<void> decodeCheckpoint(std::string_view checkpoint, const SimulationOptions &options, SimulatedMarket &market);

} // namespace coinswarm::simulated
