// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/timestamp.h>

#include <optional>
#include <string_view>

namespace coinswarm::replay {

/// What a whole number in a time column counts.
enum class TimeUnit : unsigned char { ByMagnitude, Seconds, Milliseconds, Microseconds, Nanoseconds };

/// The unit that a column's name ends with, as in "ts_ms"; ByMagnitude if it names none.
TimeUnit unitOfColumn(std::string_view name);

/// Reads a time as files and people write it: a number in `unit` (with ByMagnitude below 10¹¹ seconds, below 10¹⁴
/// milliseconds, below 10¹⁷ microseconds, else nanoseconds), 2024-01-31, 2024-01-31T12:00:00.5Z, 2024-01-31 12:00,
/// 2024-01-31T12:00+02:00, 01/31/2024, 1/31/24 (month first), 20240131, each but the numbers with an optional time of
/// day. Without a zone it is UTC. Nothing if it is none of these or not between 1900 and 2200.
std::optional<Timestamp> parseTime(std::string_view text, TimeUnit unit = TimeUnit::ByMagnitude);

} // namespace coinswarm::replay
