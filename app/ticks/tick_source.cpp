// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ticks/tick_source.h"

#include "plugins/foreign_call.h"
#include "runtime/wall_clock.h"

namespace coinswarm::ticks {

namespace {

constexpr std::size_t kBatch = 1'024;
/// Between looks at a live feed that had nothing: what a tick may wait here.
constexpr std::chrono::milliseconds kFeedLook{1};

void move(MarketEvent &event, Duration by)
{
    std::visit(
        [by](auto &one) {
            if constexpr (requires { one.openTime; }) {
                one.openTime = one.openTime + by;
            } else {
                one.time = one.time + by;
            }
        },
        event);
}

} // namespace

TickSource::TickSource(std::unique_ptr<Feed> feed, const Options &options)
    : m_feed(std::move(feed)), m_options(options), m_batch(kBatch)
{}

/// Whether there is an event that was not taken.
Result<bool> TickSource::fill()
{
    if (m_at < m_size) {
        return true;
    }
    if (m_ended) {
        return false;
    }
    Result<std::size_t> count = std::size_t{0};
    const std::string thrown = plugins::foreignCall(nullptr, 0, "read()", [&] { count = m_feed->read(m_batch); });
    if (!thrown.empty()) {
        return Error{ErrorKind::Unavailable, "its plugin failed: " + thrown};
    }
    if (!count.ok()) {
        return count.error();
    }
    m_at = 0;
    m_size = *count;
    m_ended = m_size == 0 && !m_feed->isLive();
    return m_size > 0;
}

void TickSource::begin(Wall now)
{
    const Timestamp first = visibleAt(m_batch[m_at]);
    if (m_options.recordedTimes) {
        m_clock.emplace(first, m_options.speed, now);
        return;
    }
    m_shift = runtime::wallNow() - first;
    // Bars stay where bars begin; the first was due up to its length ago.
    Duration late{0};
    if (const auto *bar = std::get_if<Candle>(&m_batch[m_at]); bar != nullptr && bar->interval.seconds > 0) {
        late = m_shift % bar->interval.duration();
        m_shift -= late;
    }
    m_clock.emplace(first + late, 1, now);
}

Result<void> TickSource::take(Wall now, std::size_t most, std::vector<MarketEvent> &out)
{
    for (std::size_t taken = 0; taken < most; ++taken) {
        const Result<bool> there = fill();
        if (!there.ok()) {
            return there.error();
        }
        if (!*there) {
            return {};
        }
        MarketEvent &event = m_batch[m_at];
        if (!m_feed->isLive()) {
            if (!m_clock) {
                begin(now);
            }
            if (!m_clock->asFastAsPossible() && visibleAt(event) > m_clock->at(now)) {
                return {};
            }
            move(event, m_shift);
        }
        out.push_back(event);
        ++m_at;
    }
    return {};
}

TickSource::Wall TickSource::next(Wall now) const
{
    if (m_clock && m_clock->asFastAsPossible()) {
        return now;
    }
    return m_clock && m_at < m_size ? m_clock->when(visibleAt(m_batch[m_at]), now) : now + kFeedLook;
}

} // namespace coinswarm::ticks
