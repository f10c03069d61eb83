// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tick_bytes.h"

#include <cstring>
#include <type_traits>

namespace coinswarm::redis_ticks {

namespace {

/// Writes numbers with the least byte first, as x86 and ARM hold them.
class Writer
{
public:
    template <class T>
    Writer &number(T value)
    {
        static_assert(std::is_arithmetic_v<T>);
        m_out.append(reinterpret_cast<const char *>(&value), sizeof value);
        return *this;
    }
    Writer &text(const std::string &text)
    {
        number(static_cast<std::uint32_t>(text.size()));
        m_out += text;
        return *this;
    }
    std::string take() { return std::move(m_out); }

private:
    std::string m_out;
};

class Reader
{
public:
    explicit Reader(std::string_view in) : m_in(in) {}

    template <class T>
    T number()
    {
        T value{};
        const std::string_view bytes = take(sizeof value);
        if (m_sound) {
            std::memcpy(&value, bytes.data(), sizeof value);
        }
        return value;
    }
    std::string text() { return std::string(take(number<std::uint32_t>())); }
    /// 0 or 1; anything else is no such thing.
    bool flag()
    {
        const auto value = number<std::uint8_t>();
        m_sound = m_sound && value <= 1;
        return value == 1;
    }
    bool isWhole() const { return m_sound && m_in.empty(); }

private:
    std::string_view take(std::size_t count)
    {
        if (count > m_in.size()) {
            m_sound = false;
            return {};
        }
        const std::string_view taken = m_in.substr(0, count);
        m_in.remove_prefix(count);
        return taken;
    }

    std::string_view m_in;
    bool m_sound = true;
};

std::uint8_t byteOf(bool value)
{
    return value ? 1 : 0;
}

void write(Writer &out, const Trade &trade)
{
    out.number(byteOf(trade.aggressor == Side::Sell)).number(trade.price.raw).number(trade.quantity.raw);
    out.number(trade.time.ns).number(trade.venueTradeId);
}

void write(Writer &out, const Quote &quote)
{
    out.number(quote.bid.raw).number(quote.ask.raw).number(quote.bidQuantity.raw).number(quote.askQuantity.raw);
    out.number(quote.time.ns);
}

void write(Writer &out, const BookDelta &delta)
{
    out.number(byteOf(delta.side == Side::Sell)).number(byteOf(delta.clears)).number(byteOf(delta.completes));
    out.number(delta.price.raw).number(delta.quantity.raw).number(delta.time.ns);
}

void write(Writer &out, const Candle &candle)
{
    out.number(candle.interval.seconds).number(candle.openTime.ns).number(candle.open.raw).number(candle.high.raw);
    out.number(candle.low.raw).number(candle.close.raw).number(candle.volume.raw).number(candle.trades);
}

Side sideOf(bool sell)
{
    return sell ? Side::Sell : Side::Buy;
}

void read(Reader &in, Trade &trade)
{
    trade.aggressor = sideOf(in.flag());
    trade.price.raw = in.number<std::int64_t>();
    trade.quantity.raw = in.number<std::int64_t>();
    trade.time.ns = in.number<std::int64_t>();
    trade.venueTradeId = in.number<std::uint64_t>();
}

void read(Reader &in, Quote &quote)
{
    quote.bid.raw = in.number<std::int64_t>();
    quote.ask.raw = in.number<std::int64_t>();
    quote.bidQuantity.raw = in.number<std::int64_t>();
    quote.askQuantity.raw = in.number<std::int64_t>();
    quote.time.ns = in.number<std::int64_t>();
}

void read(Reader &in, BookDelta &delta)
{
    delta.side = sideOf(in.flag());
    delta.clears = in.flag();
    delta.completes = in.flag();
    delta.price.raw = in.number<std::int64_t>();
    delta.quantity.raw = in.number<std::int64_t>();
    delta.time.ns = in.number<std::int64_t>();
}

void read(Reader &in, Candle &candle)
{
    candle.interval.seconds = in.number<std::int32_t>();
    candle.openTime.ns = in.number<std::int64_t>();
    candle.open.raw = in.number<std::int64_t>();
    candle.high.raw = in.number<std::int64_t>();
    candle.low.raw = in.number<std::int64_t>();
    candle.close.raw = in.number<std::int64_t>();
    candle.volume.raw = in.number<std::int64_t>();
    candle.trades = in.number<std::uint32_t>();
}

template <class Event>
std::optional<MarketEvent> readWhole(Reader &in)
{
    Event event;
    event.instrument = InstrumentId(in.number<std::uint32_t>());
    read(in, event);
    return in.isWhole() && event.instrument ? std::optional<MarketEvent>(event) : std::nullopt;
}

} // namespace

std::string eventBytes(const MarketEvent &event)
{
    Writer out;
    out.number(static_cast<std::uint8_t>(event.index()));
    std::visit(
        [&](const auto &one) {
            out.number(one.instrument.value);
            write(out, one);
        },
        event);
    return out.take();
}

std::optional<MarketEvent> eventFrom(std::string_view bytes)
{
    Reader in(bytes);
    switch (in.number<std::uint8_t>()) {
    case 0:
        return readWhole<Trade>(in);
    case 1:
        return readWhole<Quote>(in);
    case 2:
        return readWhole<BookDelta>(in);
    case 3:
        return readWhole<Candle>(in);
    default:
        return std::nullopt;
    }
}

std::string instrumentBytes(const Instrument &instrument)
{
    Writer out;
    out.text(instrument.symbol).text(instrument.base).text(instrument.quote);
    out.number(instrument.tick.raw).number(instrument.lot.raw).number(instrument.minimumQuantity.raw);
    out.number(instrument.minimumNotional.raw).number(byteOf(instrument.shortAllowed));
    return out.take();
}

std::optional<Instrument> instrumentFrom(std::string_view bytes)
{
    Reader in(bytes);
    Instrument instrument;
    instrument.symbol = in.text();
    instrument.base = in.text();
    instrument.quote = in.text();
    instrument.tick.raw = in.number<std::int64_t>();
    instrument.lot.raw = in.number<std::int64_t>();
    instrument.minimumQuantity.raw = in.number<std::int64_t>();
    instrument.minimumNotional.raw = in.number<std::int64_t>();
    instrument.shortAllowed = in.flag();
    const bool usable = in.isWhole() && !instrument.symbol.empty() && instrument.tick.raw > 0 && instrument.lot.raw > 0;
    return usable ? std::optional(instrument) : std::nullopt;
}

} // namespace coinswarm::redis_ticks
