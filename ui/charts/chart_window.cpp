// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "charts/chart_window.h"

#include <algorithm>

namespace coinswarm::ui {

void ChartWindow::setSize(std::size_t bars)
{
    m_size = static_cast<double>(bars);
    if (m_follows) {
        jumpToEnd();
    } else {
        clamp();
    }
}

void ChartWindow::zoom(double anchor, double factor)
{
    const double largest = std::max(m_size * (1 + kRightMargin), kDefaultBars);
    const double count = std::clamp(m_count * factor, kMinimumBars, largest);
    const double share = (anchor - m_first) / m_count;
    m_first = anchor - share * count;
    m_count = count;
    m_follows = m_follows && end() >= m_size;
    clamp();
}

void ChartWindow::pan(double bars)
{
    m_first += bars;
    clamp();
    m_follows = end() >= m_size + 0.5 * kRightMargin * m_count;
}

void ChartWindow::reset()
{
    m_count = kDefaultBars;
    jumpToEnd();
}

void ChartWindow::jumpToEnd()
{
    m_follows = true;
    m_first = m_size - m_count * (1 - kRightMargin);
}

void ChartWindow::jumpToStart()
{
    m_follows = false;
    m_first = 0;
    clamp();
}

void ChartWindow::clamp()
{
    // At least a tenth of the window shows bars.
    const double least = std::min(-0.02 * m_count, m_size - m_count * (1 - kRightMargin));
    m_first = std::clamp(m_first, least, std::max(least, m_size - 0.1 * m_count));
}

} // namespace coinswarm::ui
