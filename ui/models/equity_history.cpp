// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/equity_history.h"

namespace coinswarm::ui {

void EquityHistory::add(Timestamp time, const Account &account)
{
    const EquityPoint point{time, account.equity.toDouble(), account.drawdown.toDouble()};
    if (time.ns == 0 || account.equity.isZero()) {
        return;
    }
    if (m_points.size() >= 2 && time.ns - m_points[m_points.size() - 2].time.ns < m_stepNs) {
        m_points.back() = point;
        return;
    }
    m_points.push_back(point);
    if (m_points.size() > kMaxPoints) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < m_points.size(); i += 2) {
            m_points[kept++] = m_points[i];
        }
        m_points.resize(kept);
        m_stepNs = 2 * (m_points.back().time.ns - m_points.front().time.ns) / static_cast<std::int64_t>(kept);
    }
}

void EquityHistory::clear()
{
    m_points.clear();
    m_stepNs = 1'000'000'000;
}

} // namespace coinswarm::ui
