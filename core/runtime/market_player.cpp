// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "runtime/market_player.h"

#include "plugins/foreign_call.h"

namespace coinswarm::runtime {

namespace {

/// Timers that may be due at one moment; more than any configuration can need.
constexpr int kMostTimersAtOnce = 10'000;

} // namespace

MarketPlayer::MarketPlayer(Kernel &kernel, const engine::EngineCore &engine, Venue &venue)
    : m_kernel(kernel), m_engine(engine), m_venue(venue), m_marketVenue(venue.marketDriven()), m_now(engine.now())
{}

std::optional<Timestamp> MarketPlayer::nextReportAt() const
{
    return m_marketVenue == nullptr ? std::nullopt : m_marketVenue->nextReportAt();
}

template <class Call>
void MarketPlayer::hear(const char *method, Call call)
{
    if (const std::string what = plugins::foreignCall(nullptr, 0, method, call); !what.empty()) {
        // It would throw again at the next event: it is not shown the market any more.
        m_marketVenue = nullptr;
        m_kernel.onVenueFailed(m_now, what);
    }
}

void MarketPlayer::play(const MarketEvent &event)
{
    const Timestamp visible = visibleAt(event);
    const Timestamp now = visible < m_now ? m_now : visible;
    // A closed bar is part of the larger bars that end with it, so the timers of this very moment come after it.
    advance(std::holds_alternative<Candle>(event) ? now - Duration(1) : now);
    m_now = now;
    if (m_marketVenue != nullptr) {
        hear("onMarket()", [&] { m_marketVenue->onMarket(event, now); });
    }
    // What a bar filled happened before the bar closed, so the engine hears of it before it decides on the close.
    if (const std::optional<Timestamp> due = nextReportAt(); due && *due <= now) {
        deliverReports(now);
    }
    if (const auto *trade = std::get_if<Trade>(&event)) {
        m_kernel.processTrade(now, *trade);
    } else {
        std::visit([&](const auto &e) { m_kernel.process(now, e); }, event);
    }
}

void MarketPlayer::advance(Timestamp now)
{
    int timersAtOnce = 0;
    while (!m_stuck) {
        const std::optional<Timestamp> wake = m_engine.nextWake();
        const std::optional<Timestamp> report = nextReportAt();
        const bool wakeDue = wake && *wake <= now;
        const bool reportDue = report && *report <= now;
        if (!wakeDue && !reportDue) {
            break;
        }
        if (reportDue && (!wakeDue || *report <= *wake)) {
            m_now = *report < m_now ? m_now : *report;
            deliverReports(m_now);
        } else {
            timersAtOnce = *wake > m_now ? 0 : timersAtOnce + 1;
            m_now = *wake < m_now ? m_now : *wake;
            m_kernel.process(m_now, engine::event::Timer{*wake});
            if (timersAtOnce > kMostTimersAtOnce) {
                m_stuck = true;
                m_kernel.process(m_now,
                                 engine::event::OperatorHalted{"coinswarm", "the engine asks for timers without end"});
            }
        }
    }
    m_now = now < m_now ? m_now : now;
}

void MarketPlayer::deliverReports(Timestamp now)
{
    m_reports.clear();
    hear("takeReports()", [&] { m_venue.takeReports(now, m_reports); });
    for (VenueReport &report : m_reports) {
        m_kernel.process(now, std::move(report));
    }
}

} // namespace coinswarm::runtime
