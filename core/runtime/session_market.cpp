// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "runtime/session.h"

// How a session's market is played: the feed's events in their time, with pauses for agents that think.
namespace coinswarm::runtime {

namespace {

constexpr std::size_t kBatch = 1'024;
/// How many market events are played before tasks are looked at again.
constexpr int kEventsPerTurn = 512;

} // namespace

/// The feed was moved to the last moment in the journal; what had been played of it must not be played twice.
void Session::skipPlayed()
{
    for (std::uint64_t i = 0; i < m_market.events && fillBatch() && visibleAt(m_batch[m_batchNext]) == m_market.time;
         ++i) {
        ++m_batchNext;
    }
}

/// A venue that fills from the session's market knows nothing of it after a restart, and a feed that sends changes only
/// would leave its books with holes.
void Session::showBooksToVenue(Timestamp now)
{
    MarketDrivenVenue *venue = m_venue->marketDriven();
    if (venue == nullptr) {
        return;
    }
    for (const Instrument &instrument : m_header.engine.instruments) {
        const market::OrderBook &book = m_engine->market().book(instrument.id);
        const std::size_t levels = book.depth(Side::Buy) + book.depth(Side::Sell);
        std::size_t shown = 0;
        for (const Side side : {Side::Buy, Side::Sell}) {
            for (std::size_t rank = 0; rank < book.depth(side); ++rank) {
                const market::BookLevel &level = book.level(side, rank);
                const bool first = shown++ == 0;
                venue->onMarket(
                    BookDelta{instrument.id, side, first, shown == levels, level.price, level.quantity, now}, now);
            }
        }
    }
}

void Session::warmUp()
{
    for (const Candle &bar : m_feed->history()) {
        m_kernel->process(bar.closeTime(), engine::event::HistoryBar{bar});
    }
    // The first event says when this market begins.
    Timestamp start = m_engine->now();
    if (fillBatch()) {
        start = std::max(start, visibleAt(m_batch[0]));
    } else if (m_feed->isLive()) {
        start = std::max(start, wallTime(std::chrono::steady_clock::now()));
    }
    m_clock.emplace(start, m_initialSpeed, std::chrono::steady_clock::now());
}

bool Session::fillBatch()
{
    if (m_batchNext < m_batchSize) {
        return true;
    }
    if (m_feedEnded) {
        return false;
    }
    m_batch.resize(kBatch);
    const Result<std::size_t> count = readFeed();
    m_batchNext = 0;
    m_batchSize = count.ok() ? *count : 0;
    if (m_batchSize > 0) {
        return true;
    }
    if (count.ok() && m_feed->isLive()) {
        return false;
    }
    m_feedEnded = true;
    m_feedError = count.ok() ? std::string() : count.error().message;
    m_kernel->process(m_engine->now(), engine::event::FeedEnded{m_feedError});
    return false;
}

Timestamp Session::wallTime(Wall now) const
{
    return {(std::chrono::duration_cast<Duration>(now.time_since_epoch()) + m_clockOffset).count()};
}

/// The feed is a plugin: what it throws ends the market data, not the engine.
Result<std::size_t> Session::readFeed()
{
    try {
        return m_feed->read(m_batch);
    } catch (const std::exception &error) {
        return Error{ErrorKind::Unavailable, std::string("the feed's plugin threw: ") + error.what()};
    }
}

void Session::playMarket()
{
    const Wall now = std::chrono::steady_clock::now();
    if (m_engine->awaitsVotes()) {
        m_votesSince = m_votesSince.value_or(now);
        m_clock->hold(true, now);
        if (now - *m_votesSince < m_header.engine.agentDeadline) {
            return;
        }
        // Real time is up: session time moves on to the deadline, and those who have not answered abstain.
        if (const std::optional<Timestamp> wake = m_engine->nextWake()) {
            m_player->advance(std::max(*wake, m_player->now()));
            m_clock->moveTo(m_player->now(), now);
        }
        m_votesSince.reset(); // Whoever was asked by what this has brought about has all the time there is.
        return;
    }
    m_votesSince.reset();
    m_clock->hold(m_feedPaused, now);
    if (m_feed->isLive() && !m_feedPaused) {
        // A live market does not stand still while agents think: what it did meanwhile is played at once.
        m_clock->moveTo(std::max(wallTime(now), m_player->now()), now);
    }
    const bool flatOut = (m_clock->asFastAsPossible() || m_playUntil) && !m_feedPaused;
    const Timestamp until = m_clock->at(now);
    const auto isThere = [this] { return m_playUntil && visibleAt(m_batch[m_batchNext]) > *m_playUntil; };
    for (int i = 0; i < kEventsPerTurn && !m_engine->awaitsVotes(); ++i) {
        if (!fillBatch() || isThere() || (!flatOut && (m_clock->held() || visibleAt(m_batch[m_batchNext]) > until))) {
            break;
        }
        const MarketEvent &next = m_batch[m_batchNext++];
        m_market.add(visibleAt(next));
        m_player->play(next);
    }
    // Time must not pass events by that wait in the feed, also when a batch has just been used up.
    if (!flatOut && !m_clock->held() && !m_engine->awaitsVotes()
        && (!fillBatch() || visibleAt(m_batch[m_batchNext]) > until))
    {
        m_player->advance(std::max(until, m_player->now()));
    }
    if (m_playUntil && !m_engine->awaitsVotes() && (!fillBatch() || isThere())) {
        if (!m_feedEnded) {
            m_player->advance(std::max(*m_playUntil, m_player->now()));
        }
        setFeedPaused(true);
    }
    if (flatOut && m_feedEnded) {
        deliverLastReports();
    }
}

/// When a market that is played as fast as possible has ended, no time passes by itself any more; the venue's answers to
/// what is under way still have to come.
void Session::deliverLastReports()
{
    MarketDrivenVenue *venue = m_venue->marketDriven();
    if (const std::optional<Timestamp> due = venue == nullptr ? std::nullopt : venue->nextReportAt()) {
        m_player->advance(std::max(*due, m_player->now()));
    }
}

} // namespace coinswarm::runtime
