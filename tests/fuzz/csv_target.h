// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <span>

namespace coinswarm {

/// Plays `file` as a recording under each way of handling defects. Aborts if an event comes out that cannot be a
/// market, out of order, or if a usable file ends in neither events nor an error.
void playAnything(std::span<const std::uint8_t> file);

} // namespace coinswarm
