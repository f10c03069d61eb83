// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

namespace coinswarm::replay {

/// What to do about rows that cannot be a market.
enum class DefectPolicy : unsigned char { Refuse, Drop, Repair };

/// One thing that is wrong with a row.
struct RowDefect {
    std::string what;
    std::string repair; ///< what was changed; empty if nothing was or could be
    bool impossible = true; ///< false: worth reporting, but it may be the truth
};

/// Everything found in one row. Empty for nearly every row, so that a clean row costs nothing.
using RowDefects = std::vector<RowDefect>;

} // namespace coinswarm::replay
