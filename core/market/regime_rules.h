// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>

namespace coinswarm::market {

/// Version of the classification below. Any change of a rule or a default makes a new version, because regimes are
/// journaled and compared. docs/regimes.md says what the rules mean and how they were chosen.
inline constexpr std::uint32_t kRegimeRulesVersion = 1;

/// Thresholds for one class: entered at `enter`, left at `leave`, which lies nearer to the middle.
struct RegimeBand {
    double enter = 0;
    double leave = 0;
};

struct RegimeRules {
    std::uint32_t volatilityBars = 48; ///< window of the realised volatility
    std::uint32_t referenceBars = 96; ///< values averaged into the first reference
    double referenceStep =
        0.001; ///< how much the reference moves towards the present value per bar, as a share of itself
    RegimeBand lowVolatility{0.65, 0.85}; ///< of the reference
    RegimeBand highVolatility{1.5, 1.2}; ///< of the reference
    std::uint32_t volatilityConfirmation = 3; ///< bars

    RegimeBand tightSpread{2, 3}; ///< basis points of the middle
    RegimeBand wideSpread{10, 7}; ///< basis points of the middle
    std::uint32_t spreadConfirmation = 3; ///< bars

    std::uint32_t trendBars = 48; ///< period of ADX and DI
    RegimeBand trend{18, 13}; ///< ADX
    std::uint32_t trendConfirmation = 3; ///< bars
};

} // namespace coinswarm::market
