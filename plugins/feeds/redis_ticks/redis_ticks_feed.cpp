// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "redis_ticks_feed.h"

#include "tick_bytes.h"
#include "tick_stream.h"

#include <algorithm>
#include <charconv>

namespace coinswarm::redis_ticks {

namespace {

// A session reads 1,024 events ahead of what it has played.
constexpr std::uint64_t kEventsPerPlace = 256;
constexpr std::size_t kPlaces = 64;

} // namespace

RedisTicksFeed::RedisTicksFeed(Options options) : m_options(std::move(options)) {}

RedisTicksFeed::~RedisTicksFeed() = default;

SourceMetadata RedisTicksFeed::metadata() const
{
    SourceMetadata metadata;
    metadata.name = "redis_ticks";
    metadata.description = "Live ticks from the stream " + m_options.key;
    metadata.origin = m_options.redis.address();
    for (const Instrument &instrument : m_instruments) {
        metadata.symbols.push_back(instrument.symbol);
    }
    return metadata;
}

SourceHealth RedisTicksFeed::health() const
{
    return m_reader == nullptr ? SourceHealth() : m_reader->health();
}

Result<void> RedisTicksFeed::open()
{
    Result<std::unique_ptr<redis::RedisConnection>> redis = redis::RedisConnection::open(m_options.redis);
    return redis.ok() ? readTable(**redis) : Result<void>(redis.error());
}

Result<void> RedisTicksFeed::readTable(redis::RedisConnection &redis)
{
    const Result<redis::RedisReply> table = redis.command({"HGETALL", instrumentsKey(m_options.key)});
    if (!table.ok()) {
        return table.error();
    }
    const Result<redis::RedisReply> last = redis.command({"XREVRANGE", m_options.key, "+", "-", "COUNT", "1"});
    if (!last.ok()) {
        return last.error();
    }
    m_instruments.assign(table->size() / 2, {});
    for (std::size_t i = 0; i + 1 < table->size(); i += 2) {
        const std::string_view id = (*table)[i].text();
        std::uint32_t number = 0;
        std::from_chars(id.data(), id.data() + id.size(), number);
        std::optional<Instrument> instrument = instrumentFrom((*table)[i + 1].text());
        // The ids are those of the events, and count from 1.
        if (!instrument || number < 1 || number > m_instruments.size() || m_instruments[number - 1].id) {
            return Error{ErrorKind::Corrupt,
                         "The table of instruments " + instrumentsKey(m_options.key) + " in Redis at "
                             + m_options.redis.address()
                             + " cannot be read. Start coinswarm-ticks, or whatever writes the ticks, again."};
        }
        instrument->id = InstrumentId(number);
        m_instruments[number - 1] = std::move(*instrument);
    }
    if (m_instruments.empty()) {
        return Error{ErrorKind::NotFound,
                     "Redis at " + m_options.redis.address() + " has no ticks under " + m_options.key
                         + ". Start coinswarm-ticks, which writes them, or correct the key."};
    }
    m_begin = m_options.fromOldest || last->size() == 0 ? 0 : tickNumber((*last)[0][0].text());
    return {};
}

Result<std::size_t> RedisTicksFeed::read(std::span<MarketEvent> out)
{
    if (m_instruments.empty()) {
        return invalid("the live ticks were read before they were opened");
    }
    if (m_reader == nullptr) {
        m_reader = std::make_unique<TickReader>(m_options.redis, m_options.key, m_begin);
    }
    std::size_t count = 0;
    while (count == 0) {
        m_taken.clear();
        m_reader->take(out.size(), m_taken);
        if (m_taken.empty()) {
            return 0;
        }
        for (const NumberedEvent &one : m_taken) {
            const Timestamp time = visibleAt(one.event);
            const bool known = std::visit(
                [&](const auto &event) { return event.instrument.value <= m_instruments.size(); }, one.event);
            if (!known || (m_from && time < *m_from)) {
                continue;
            }
            if (m_sincePlace++ % kEventsPerPlace == 0) {
                m_places.push_back({time, one.number});
                if (m_places.size() > kPlaces) {
                    m_places.pop_front();
                }
            }
            out[count++] = one.event;
        }
    }
    return count;
}

Result<void> RedisTicksFeed::seek(Timestamp time)
{
    m_reader.reset();
    m_places.clear();
    m_begin = 0;
    m_from = time;
    return {};
}

std::string RedisTicksFeed::checkpoint(Timestamp before) const
{
    const auto place =
        std::find_if(m_places.rbegin(), m_places.rend(), [before](const Place &one) { return one.time < before; });
    return place == m_places.rend() ? std::string() : std::to_string(place->number);
}

Result<void> RedisTicksFeed::resume(std::string_view checkpoint, Timestamp time)
{
    std::uint64_t number = 0;
    const char *end = checkpoint.data() + checkpoint.size();
    const auto [rest, failure] = std::from_chars(checkpoint.data(), end, number);
    if (failure != std::errc() || rest != end || number == 0) {
        return Error{ErrorKind::Corrupt, "the checkpoint of the live ticks is not the number of an entry"};
    }
    if (const Result<void> moved = seek(time); !moved.ok()) {
        return moved;
    }
    m_begin = number;
    return {};
}

} // namespace coinswarm::redis_ticks
