// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "trading/open_trip.h"

#include <coinswarm/fill.h>
#include <coinswarm/position.h>
#include <coinswarm/result.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace coinswarm::trading {

/// Cash, positions and profit. Exact to the last unit: cost is kept as money, a reduction takes its share of the cost with
/// one rounding and leaves the rest, so that
///     cash   = starting cash − Σ signed notional − Σ fees
///     equity = starting cash + realised + unrealised − fees
/// hold without any tolerance after every event; with COINSWARM_INVARIANTS a violation throws std::logic_error.
class Portfolio
{
public:
    Portfolio(std::size_t instruments, Money startingCash);

    /// Values the instrument at `price`. A few nanoseconds while flat.
    void mark(InstrumentId instrument, Price price, Timestamp now)
    {
        if (now >= m_nextDay) [[unlikely]] {
            startDay(now);
        }
        Slot &slot = m_slots[instrument.value];
        if (slot.position.markPrice == price) {
            return;
        }
        slot.position.markPrice = price;
        if (!slot.position.quantity.isZero()) {
            revalue(slot);
            notePeak();
        }
    }
    /// Starts a new UTC day if `now` is in one: the daily loss counts from the equity that the first event of the day
    /// finds, so that a gap over midnight belongs to the new day.
    void onTime(Timestamp now)
    {
        if (now >= m_nextDay) [[unlikely]] {
            startDay(now);
        }
    }

    struct Booking {
        bool duplicate = false; ///< the venue's fill id was booked before; nothing has changed
        std::optional<RoundTrip> closed;
    };
    /// Books a fill once. A fill that crosses zero closes one round trip and opens another.
    Booking book(const Fill &fill, const FillContext &context);
    /// Whether the venue's fill id was booked before.
    bool hasFill(InstrumentId instrument, const std::string &venueFillId) const;
    /// Drops the memory of a fill id whose order has left memory; reports for such orders are refused anyway.
    void forgetFill(InstrumentId instrument, const std::string &venueFillId);

    const Position &position(InstrumentId instrument) const { return m_slots[instrument.value].position; }
    /// Of all instruments, flat ones included, in the order of their ids.
    std::vector<Position> positions() const;
    Account account() const;
    Money equity() const { return m_equity; }
    /// Largest (peak − equity) ÷ peak since the session began, over every mark.
    Ratio maxDrawdown() const;
    /// When the next UTC day starts.
    Timestamp nextDay() const { return m_nextDay; }

    /// Recomputes everything from its parts; an error names the sum that is wrong.
    Result<void> checkInvariants() const;

    template <class Visitor>
    void visitState(Visitor &visit)
    {
        visit("slots", m_slots);
        visit("starting_cash", m_startingCash);
        visit("cash", m_cash);
        visit("signed_notional", m_signedNotional);
        visit("realised", m_realised);
        visit("fees", m_fees);
        visit("equity", m_equity);
        visit("gross", m_gross);
        visit("peak", m_peak);
        visit("trough", m_trough);
        visit("worst_drawdown", m_worstDrawdown);
        visit("day_start_equity", m_dayStartEquity);
        visit("next_day", m_nextDay);
        visit("next_trip", m_nextTrip);
        visit("seen_fills", m_seenFills);
    }

private:
    struct Slot {
        Position position;
        Money value; ///< quantity × mark
        OpenTrip trip;

        template <class Self, class Visitor>
        static void fields(Self &self, Visitor &&visit)
        {
            visit("position", self.position);
            visit("value", self.value);
            visit("trip", self.trip);
        }
    };

    void startDay(Timestamp now);
    void revalue(Slot &slot);
    void notePeak();
    std::optional<RoundTrip> apply(Slot &slot, const Fill &fill, Quantity quantity, Money notional, Money fee,
                                   const FillContext &context);
    void assertInvariants() const;

    std::vector<Slot> m_slots; ///< by instrument id; 0 is unused
    Money m_startingCash;
    Money m_cash;
    Money m_signedNotional; ///< Σ over fills: bought − sold; kept only to check cash against
    Money m_realised;
    Money m_fees;
    Money m_equity;
    Money m_gross;
    Money m_peak;
    Money m_trough; ///< lowest equity since the peak
    Ratio m_worstDrawdown; ///< of peaks that are past
    Money m_dayStartEquity;
    Timestamp m_nextDay{std::numeric_limits<std::int64_t>::min()};
    std::uint64_t m_nextTrip = 1;
    std::map<InstrumentId, std::set<std::string>> m_seenFills;
};

} // namespace coinswarm::trading
