// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/market_snapshot.h"

namespace coinswarm::plugins {

MarketSnapshot::MarketSnapshot(const MarketState &original)
    : recent(original.recent.begin(), original.recent.end()), rules(*original.rules), state(original)
{
    state.recent = recent;
    state.rules = &rules;
}

std::shared_ptr<const MarketSnapshot> snapshotOf(const MarketState &original)
{
    return std::make_shared<const MarketSnapshot>(original);
}

} // namespace coinswarm::plugins
