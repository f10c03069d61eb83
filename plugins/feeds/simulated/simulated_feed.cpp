// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "simulated_feed.h"

#include "market_checkpoint.h"

#include <algorithm>

namespace coinswarm::simulated {

namespace {

// A session reads 1,024 events ahead, and no period has fewer than four: the oldest state kept must be older than 256
// periods.
constexpr int kPeriodsPerState = 64;
constexpr std::size_t kStates = 8;

} // namespace

SimulatedFeed::SimulatedFeed(SimulationOptions options) : m_options(std::move(options)) {}

Result<void> SimulatedFeed::open()
{
    restart();
    return {};
}

void SimulatedFeed::restart()
{
    m_market = std::make_unique<SimulatedMarket>(m_options);
    m_events.clear();
    m_next = 0;
    m_last = {};
    m_states.clear();
    keepState();
}

void SimulatedFeed::keepState()
{
    m_states.push_back({m_market->now(), encodeCheckpoint(*m_market, m_options)});
    if (m_states.size() > kStates) {
        m_states.pop_front();
    }
    m_periodsSinceState = 0;
}

void SimulatedFeed::step()
{
    if (m_periodsSinceState == kPeriodsPerState) {
        keepState();
    }
    ++m_periodsSinceState;
    m_events.clear();
    m_next = 0;
    m_market->step(m_events);
}

std::vector<Instrument> SimulatedFeed::instruments() const
{
    std::vector<Instrument> result;
    for (const SimulatedInstrument &instrument : m_options.instruments) {
        result.push_back(instrument.instrument);
    }
    return result;
}

std::vector<Candle> SimulatedFeed::history()
{
    return m_market != nullptr ? m_market->history() : std::vector<Candle>();
}

bool SimulatedFeed::isOver() const
{
    return m_options.length > Duration::zero() && m_market->now() >= m_options.start + m_options.length;
}

Result<std::size_t> SimulatedFeed::read(std::span<MarketEvent> out)
{
    if (m_market == nullptr) {
        return invalid("the simulated market was read before it was opened");
    }
    std::size_t count = 0;
    while (count < out.size()) {
        if (m_next == m_events.size()) {
            if (isOver()) {
                break;
            }
            step();
        }
        const std::size_t part = std::min(out.size() - count, m_events.size() - m_next);
        std::copy_n(m_events.begin() + static_cast<std::ptrdiff_t>(m_next), part,
                    out.begin() + static_cast<std::ptrdiff_t>(count));
        m_next += part;
        count += part;
    }
    if (count > 0) {
        m_last = visibleAt(out[count - 1]);
        m_delivered += count;
    }
    return count;
}

std::optional<double> SimulatedFeed::progress() const
{
    if (m_options.length <= Duration::zero() || m_market == nullptr) {
        return std::nullopt;
    }
    const double played = static_cast<double>((m_market->now() - m_options.start).count());
    return std::clamp(played / static_cast<double>(m_options.length.count()), 0.0, 1.0);
}

Result<void> SimulatedFeed::seek(Timestamp time)
{
    if (m_market == nullptr) {
        return invalid("the simulated market was moved before it was opened");
    }
    if (time <= m_last) {
        restart();
    }
    skipTo(time);
    return {};
}

void SimulatedFeed::skipTo(Timestamp time)
{
    for (;;) {
        const auto wanted = std::find_if(m_events.begin() + static_cast<std::ptrdiff_t>(m_next), m_events.end(),
                                         [time](const MarketEvent &event) { return visibleAt(event) >= time; });
        m_next = static_cast<std::size_t>(wanted - m_events.begin());
        if (wanted != m_events.end() || isOver()) {
            return;
        }
        step();
    }
}

std::string SimulatedFeed::checkpoint(Timestamp before) const
{
    const auto state = std::find_if(m_states.rbegin(), m_states.rend(),
                                    [before](const PeriodStart &start) { return start.time <= before; });
    return state == m_states.rend() ? std::string() : state->state;
}

Result<void> SimulatedFeed::resume(std::string_view checkpoint, Timestamp time)
{
    if (m_market == nullptr) {
        return invalid("the simulated market was moved before it was opened");
    }
    auto market = std::make_unique<SimulatedMarket>(*m_market);
    if (const Result<void> decoded = decodeCheckpoint(checkpoint, m_options, *market); !decoded.ok()) {
        return Error{decoded.error().kind, "the checkpoint of the market cannot be used: " + decoded.error().message};
    }
    if (market->now() > time) {
        return Error{ErrorKind::Refused,
                     "the checkpoint of the market cannot be used: it is from " + toString(market->now())
                         + ", which is after " + toString(time)};
    }
    m_market = std::move(market);
    m_events.clear();
    m_next = 0;
    m_last = {};
    m_states.clear();
    keepState();
    skipTo(time);
    return {};
}

SourceMetadata SimulatedFeed::metadata() const
{
    SourceMetadata metadata;
    metadata.name = "simulated";
    metadata.description = "Simulated market with seed " + std::to_string(m_options.seed);
    metadata.origin = "this program";
    for (const SimulatedInstrument &instrument : m_options.instruments) {
        metadata.symbols.push_back(instrument.instrument.symbol);
    }
    return metadata;
}

SourceHealth SimulatedFeed::health() const
{
    SourceHealth health;
    health.state = m_market == nullptr          ? SourceState::Starting
        : isOver() && m_next == m_events.size() ? SourceState::Finished
                                                : SourceState::Healthy;
    health.lastData = m_last;
    health.delivered = m_delivered;
    return health;
}

} // namespace coinswarm::simulated
