// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "csv_layout.h"
#include "csv_reader.h"

#include <coinswarm/market_data.h>

namespace coinswarm::replay {

/// What the first rows of a file say about all of it.
struct CsvSurvey {
    char separator = ',';
    CsvLayout layout;
    std::uint64_t headerLine = 0; ///< 0 if there is no header
    bool newestFirst = false; ///< the first rows go from new to old
    Interval interval; ///< most frequent step between the first bars; 0 if it cannot be told
    Price tick; ///< finest step that the first prices use; 0 if it cannot be told
    Quantity lot; ///< finest step that the first quantities use; 0 if it cannot be told
};

/// Reads up to a thousand rows of the file that `reader` has just opened. Lines before the header that are comments
/// or lack separators are passed over.
Result<CsvSurvey> survey(CsvReader &reader, std::string_view wantedKind);

} // namespace coinswarm::replay
