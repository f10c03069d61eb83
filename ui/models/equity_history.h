// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/position.h>

#include <vector>

namespace coinswarm::ui {

struct EquityPoint {
    Timestamp time;
    double equity = 0;
    double drawdown = 0; ///< 0 … 1
};

/// Equity over the session in at most 2,000 points: when it is full every second point goes, so that the whole
/// session stays visible at half the detail.
class EquityHistory
{
public:
    static constexpr std::size_t kMaxPoints = 2'000;

    void add(Timestamp time, const Account &account);
    void clear();
    const std::vector<EquityPoint> &points() const { return m_points; }

private:
    std::vector<EquityPoint> m_points;
    std::int64_t m_stepNs = 1'000'000'000;
};

} // namespace coinswarm::ui
