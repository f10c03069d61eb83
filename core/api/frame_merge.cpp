// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "api/frame_merge.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace coinswarm::api {

namespace {

template <class T>
void append(std::vector<T> &into, const std::vector<T> &newer)
{
    into.insert(into.end(), newer.begin(), newer.end());
}

/// Replaces the elements of `into` that have the key of one in `newer`, and appends the others.
template <class T, class Key>
void replaceByKey(std::vector<T> &into, const std::vector<T> &newer, Key key)
{
    std::map<decltype(key(into.front())), std::size_t> places;
    for (std::size_t i = 0; i < into.size(); ++i) {
        places[key(into[i])] = i;
    }
    for (const T &element : newer) {
        const auto [place, isNew] = places.try_emplace(key(element), into.size());
        if (isNew) {
            into.push_back(element);
        } else {
            into[place->second] = element;
        }
    }
}

auto barKey(const Candle &candle)
{
    return std::tuple(candle.instrument, candle.interval, candle.openTime);
}

} // namespace

void mergeFrame(Frame &into, const Frame &newer)
{
    if (newer.full) {
        into = newer;
        return;
    }
    into.number = newer.number;
    into.status = newer.status;
    append(into.closedCandles, newer.closedCandles);
    // A bar that has closed since is no longer one in the making.
    std::erase_if(into.openCandles, [&](const Candle &open) {
        return std::any_of(newer.closedCandles.begin(), newer.closedCandles.end(),
                           [&](const Candle &closed) { return barKey(closed) == barKey(open); });
    });
    replaceByKey(into.openCandles, newer.openCandles,
                 [](const Candle &c) { return std::tuple(c.instrument, c.interval); });
    replaceByKey(into.quotes, newer.quotes, [](const Quote &q) { return q.instrument; });
    replaceByKey(into.positions, newer.positions, [](const Position &p) { return p.instrument; });
    append(into.decisions, newer.decisions);
    replaceByKey(into.orders, newer.orders, [](const Order &o) { return o.id; });
    append(into.fills, newer.fills);
    append(into.roundTrips, newer.roundTrips);
    replaceByKey(into.approvals, newer.approvals, [](const Approval &a) { return a.id; });
    append(into.riskReports, newer.riskReports);
    append(into.regimes, newer.regimes);
    if (!newer.agents.empty()) {
        into.agents = newer.agents;
    }
    append(into.alerts, newer.alerts);
    if (newer.memory) {
        into.memory = newer.memory;
    }
    append(into.quorumSlots, newer.quorumSlots);
    append(into.evidence, newer.evidence);
    replaceByKey(into.episodes, newer.episodes, [](const EpisodeView &e) { return e.id; });
    replaceByKey(into.patterns, newer.patterns, [](const Pattern &p) { return p.id; });
    replaceByKey(into.recalls, newer.recalls, [](const RecallView &r) { return r.instrument; });
}

std::size_t frameEntries(const Frame &frame)
{
    return frame.closedCandles.size() + frame.openCandles.size() + frame.quotes.size() + frame.positions.size()
        + frame.decisions.size() + frame.orders.size() + frame.fills.size() + frame.roundTrips.size()
        + frame.approvals.size() + frame.riskReports.size() + frame.regimes.size() + frame.agents.size()
        + frame.quorumSlots.size() + frame.evidence.size() + frame.episodes.size() + frame.patterns.size()
        + frame.recalls.size() + frame.alerts.size();
}

} // namespace coinswarm::api
