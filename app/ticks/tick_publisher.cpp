// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ticks/tick_publisher.h"

#include <thread>

namespace coinswarm::ticks {

namespace {

using namespace std::chrono_literals;

/// A few round trips' worth, so that the first of them does not wait for the last.
constexpr std::size_t kMostAtOnce = 1'000;
constexpr auto kStopLook = 20ms;
/// A server that came back empty needs its table of instruments, even when no event comes.
constexpr auto kConnectionLook = 1s;
constexpr auto kLastSending = 5s;
constexpr auto kBooks = 10s;

std::string counted(std::uint64_t count, const char *what)
{
    return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

std::string secondsText(std::chrono::nanoseconds time)
{
    const auto tenths = std::chrono::duration_cast<std::chrono::milliseconds>(time).count() / 100;
    return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " s";
}

} // namespace

bool TickReport::inGoodOrder() const
{
    return (end == EndReason::Stopped || end == EndReason::FeedEnded) && unsent == 0;
}

TickPublisher::TickPublisher(TickSource source, std::unique_ptr<redis_ticks::TickStream> stream,
                             std::function<void(const std::string &)> onLine)
    : m_source(std::move(source)),
      m_stream(std::move(stream)),
      m_onLine(std::move(onLine)),
      m_backoff(m_stream->options().redis.retryWait, m_stream->options().redis.retryLongestWait)
{}

TickReport TickPublisher::run(const std::function<bool()> &stopWanted)
{
    // A feed begins with whole books by itself.
    m_booksAt = std::chrono::steady_clock::now() + kBooks;
    while (!stopWanted() && step(std::chrono::steady_clock::now())) {
        std::this_thread::sleep_until(next(std::chrono::steady_clock::now()));
    }
    if (!m_stream->isOvertaken()) {
        sendLast();
    }
    m_report.written = m_stream->written();
    m_report.unsent = m_stream->pending();
    return m_report;
}

/// When there is something to do.
TickPublisher::Wall TickPublisher::next(Wall now) const
{
    // A market that is played is not asked while nothing more can wait.
    const bool full = m_stream->room() == 0 && !m_source.isLive();
    const Wall next = std::min(full ? m_sendAt : m_source.next(now), now + kStopLook);
    return m_away ? std::min(next, m_sendAt) : next;
}

/// Whether it goes on.
bool TickPublisher::step(Wall now)
{
    m_events.clear();
    const std::size_t most = m_source.isLive() ? m_stream->options().mostPending : m_stream->room();
    const Result<void> taken = m_source.take(now, std::min(kMostAtOnce, most), m_events);
    add(now);
    if (now >= m_sendAt || (!m_away && m_stream->pending() > 0)) {
        send(now);
    }
    if (m_stream->isOvertaken()) {
        return false;
    }
    if (!taken.ok()) {
        m_report.end = EndReason::FeedFailed;
        m_report.detail = taken.error().message;
        return false;
    }
    if (m_source.hasEnded()) {
        m_report.end = EndReason::FeedEnded;
        return false;
    }
    return true;
}

void TickPublisher::add(Wall now)
{
    m_report.read += m_events.size();
    for (const MarketEvent &event : m_events) {
        m_books.onEvent(event);
    }
    if (now >= m_booksAt) {
        showBooks(now);
    }
    m_report.dropped += m_stream->makeRoom(m_events.size());
    // There is room for them now.
    static_cast<void>(m_stream->add(m_events));
    if (m_away && !m_fullSaid && m_stream->room() == 0) {
        m_fullSaid = true;
        m_onLine(counted(m_stream->pending(), "event")
                 + (m_source.isLive()
                        ? " wait for Redis, and no more can: the oldest are dropped, and readers see the gap."
                        : " wait for Redis, and no more can: the market waits too. Nothing of it is lost."));
    }
}

/// Behind what was taken just now.
void TickPublisher::showBooks(Wall now)
{
    const std::uint64_t errors = m_source.feed().health().errors;
    if (errors != m_feedErrors) {
        m_feedErrors = errors;
        m_books.forget();
    }
    const std::vector<MarketEvent> books = m_books.show();
    // They are worth no event of the market.
    if (m_events.size() + books.size() > m_stream->room()) {
        return;
    }
    m_events.insert(m_events.end(), books.begin(), books.end());
    m_report.books += books.size();
    m_booksAt = now + kBooks;
}

void TickPublisher::send(Wall now)
{
    const std::size_t waiting = m_stream->pending();
    const Result<void> sent = m_stream->send();
    if (m_stream->isOvertaken()) {
        m_report.end = EndReason::Overtaken;
        m_report.detail = sent.error().message;
        return;
    }
    if (sent.ok()) {
        if (m_away) {
            sayBack(waiting);
        }
        m_backoff.reset();
        m_sendAt = now + kConnectionLook;
        return;
    }
    sayAway(sent.error());
    m_sendAt = std::chrono::steady_clock::now() + m_backoff.next();
}

void TickPublisher::sayAway(const Error &error)
{
    const bool began = !m_away;
    if (began) {
        m_away = true;
        m_awaySince = std::chrono::steady_clock::now();
        m_droppedBefore = m_report.dropped;
        m_fullSaid = false;
        ++m_report.outages;
    }
    if (began || error.kind != m_trouble) {
        m_trouble = error.kind;
        m_onLine(error.message + " Up to " + counted(m_stream->options().mostPending, "event")
                 + " wait here until it takes them.");
    }
}

void TickPublisher::sayBack(std::size_t waited)
{
    m_away = false;
    const std::uint64_t dropped = m_report.dropped - m_droppedBefore;
    if (dropped > 0) {
        m_booksAt = {};
    }
    m_onLine("Redis at " + m_stream->options().redis.address() + " takes events again after "
             + secondsText(std::chrono::steady_clock::now() - m_awaySince) + ": " + counted(waited, "event")
             + " that waited were sent, "
             + (dropped == 0 ? "none was dropped." : counted(dropped, "event") + " had been dropped."));
}

/// What waits at the end has some time to be sent.
void TickPublisher::sendLast()
{
    const Wall limit = std::chrono::steady_clock::now() + kLastSending;
    while (m_stream->pending() > 0 && !m_stream->isOvertaken()) {
        if (std::chrono::steady_clock::now() >= limit) {
            return;
        }
        if (m_away) {
            std::this_thread::sleep_until(std::min(m_sendAt, limit));
        }
        send(std::chrono::steady_clock::now());
    }
}

} // namespace coinswarm::ticks
