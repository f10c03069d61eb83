// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "charts/chart_scale.h"

#include <algorithm>
#include <cmath>

namespace coinswarm::ui {

std::vector<double> roundTicks(double low, double high, int wanted)
{
    std::vector<double> ticks;
    if (!(high > low) || wanted < 1) {
        return ticks;
    }
    const double rough = (high - low) / wanted;
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    const double share = rough / power;
    const double step = power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
    for (double at = std::ceil(low / step); at * step <= high; ++at) {
        ticks.push_back(at * step);
    }
    return ticks;
}

int tickDecimals(const std::vector<double> &ticks)
{
    if (ticks.size() < 2) {
        return 2;
    }
    return std::clamp(static_cast<int>(std::ceil(-std::log10(ticks[1] - ticks[0]) - 1e-9)), 0, 8);
}

} // namespace coinswarm::ui
