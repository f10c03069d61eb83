// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trading/portfolio.h"

#include <algorithm>
#include <stdexcept>

namespace coinswarm::trading {

namespace {

Money signedNotional(Side side, Money amount)
{
    return side == Side::Buy ? amount : -amount;
}

Ratio fallFrom(Money peak, Money low)
{
    return peak.isPositive() && low < peak
        ? Ratio::fromRaw(detail::multiplyDivide((peak - low).raw, detail::kDecimalScale, peak.raw, Rounding::HalfEven))
        : Ratio();
}

} // namespace

Portfolio::Portfolio(std::size_t instruments, Money startingCash)
    : m_slots(instruments + 1),
      m_startingCash(startingCash),
      m_cash(startingCash),
      m_equity(startingCash),
      m_peak(startingCash),
      m_trough(startingCash),
      m_dayStartEquity(startingCash)
{
    for (std::size_t i = 1; i < m_slots.size(); ++i) {
        m_slots[i].position.instrument = InstrumentId(static_cast<std::uint32_t>(i));
    }
}

void Portfolio::startDay(Timestamp now)
{
    m_dayStartEquity = m_equity;
    m_nextDay = startOfDay(now) + std::chrono::hours(24);
}

void Portfolio::revalue(Slot &slot)
{
    // Only what changed is added, so that the cost does not grow with the number of instruments.
    const Money value = notional(slot.position.markPrice, slot.position.quantity);
    m_equity += value - slot.value;
    m_gross += abs(value) - abs(slot.value);
    slot.value = value;
    slot.position.unrealised = value - slot.position.cost;
    assertInvariants();
}

void Portfolio::notePeak()
{
    if (m_equity > m_peak) {
        m_worstDrawdown = std::max(m_worstDrawdown, fallFrom(m_peak, m_trough));
        m_peak = m_equity;
        m_trough = m_equity;
    } else if (m_equity < m_trough) {
        m_trough = m_equity;
    }
}

Portfolio::Booking Portfolio::book(const Fill &fill, const FillContext &context)
{
    if (!m_seenFills[fill.instrument].insert(fill.venueFillId).second) {
        return {true, std::nullopt};
    }
    Slot &slot = m_slots[fill.instrument.value];
    Position &position = slot.position;
    const Quantity step = fill.side == Side::Buy ? fill.quantity : -fill.quantity;
    const Quantity before = position.quantity;
    const bool crosses = !position.quantity.isZero() && (position.quantity.isPositive() != step.isPositive())
        && fill.quantity > abs(position.quantity);
    Booking booking;
    if (crosses) {
        // One fill, two trips: the part that closes and the rest that opens share notional and fee without a remainder.
        const Quantity closing = abs(position.quantity);
        const Money closingNotional = notional(fill.price, closing);
        const Money closingFee =
            Money::fromRaw(detail::multiplyDivide(fill.fee.raw, closing.raw, fill.quantity.raw, Rounding::HalfEven));
        booking.closed = apply(slot, fill, closing, closingNotional, closingFee, context);
        apply(slot, fill, fill.quantity - closing, fill.notional - closingNotional, fill.fee - closingFee, context);
    } else {
        booking.closed = apply(slot, fill, fill.quantity, fill.notional, fill.fee, context);
    }
    if (position.markPrice.isZero()) {
        position.markPrice = fill.price;
    }
    m_equity -= signedNotional(fill.side, fill.notional) + fill.fee;
    revalue(slot);
    // What was bought below a mark that is older than the fill has not earned the difference: as a peak it would make a
    // drawdown that nobody suffered. The next mark tells.
    if (abs(position.quantity) <= abs(before) || m_equity < m_peak) {
        notePeak();
    }
    return booking;
}

std::optional<RoundTrip> Portfolio::apply(Slot &slot, const Fill &fill, Quantity quantity, Money amount, Money fee,
                                          const FillContext &context)
{
    Position &position = slot.position;
    const bool flat = position.quantity.isZero();
    const Quantity step = fill.side == Side::Buy ? quantity : -quantity;
    const Money paid = signedNotional(fill.side, amount);
    if (flat) {
        slot.trip = OpenTrip{};
        slot.trip.side = fill.side;
        slot.trip.entryTime = fill.time;
        slot.trip.decision = context.decision;
        slot.trip.agent = context.agent;
        slot.trip.regime = context.regime;
        position.opened = fill.time;
    }
    Money realised;
    if (flat || position.quantity.isPositive() == step.isPositive()) {
        position.cost += paid;
    } else {
        // The reduction takes its share of the cost with one rounding; what is left stays with what is held.
        const Money share = quantity == abs(position.quantity)
            ? position.cost
            : Money::fromRaw(detail::multiplyDivide(position.cost.raw, quantity.raw, abs(position.quantity).raw,
                                                    Rounding::HalfEven));
        realised = -paid - share;
        position.cost -= share;
    }
    position.quantity += step;
    position.realised += realised;
    position.fees += fee;
    m_cash -= paid + fee;
    m_signedNotional += paid;
    m_realised += realised;
    m_fees += fee;
    slot.trip.largest = std::max(slot.trip.largest, abs(position.quantity));
    slot.trip.add(fill.side, fill.price, quantity, amount, fee, realised, context);
    if (!position.quantity.isZero()) {
        position.averagePrice = Price::fromRaw(detail::multiplyDivide(abs(position.cost).raw, detail::kDecimalScale,
                                                                      abs(position.quantity).raw, Rounding::HalfEven));
        return std::nullopt;
    }
    position.averagePrice = Price();
    position.opened = Timestamp();
    return slot.trip.closed(RoundTripId(m_nextTrip++), fill.instrument, fill.time);
}

bool Portfolio::hasFill(InstrumentId instrument, const std::string &venueFillId) const
{
    const auto it = m_seenFills.find(instrument);
    return it != m_seenFills.end() && it->second.count(venueFillId) != 0;
}

void Portfolio::forgetFill(InstrumentId instrument, const std::string &venueFillId)
{
    if (const auto it = m_seenFills.find(instrument); it != m_seenFills.end()) {
        it->second.erase(venueFillId);
    }
}

std::vector<Position> Portfolio::positions() const
{
    std::vector<Position> all;
    for (std::size_t i = 1; i < m_slots.size(); ++i) {
        all.push_back(m_slots[i].position);
    }
    return all;
}

Account Portfolio::account() const
{
    Account account;
    account.startingCash = m_startingCash;
    account.cash = m_cash;
    account.equity = m_equity;
    account.peakEquity = m_peak;
    account.realised = m_realised;
    account.unrealised = m_equity - m_startingCash - m_realised + m_fees;
    account.fees = m_fees;
    account.grossExposure = m_gross;
    account.dayStartEquity = m_dayStartEquity;
    account.drawdown = fallFrom(m_peak, m_equity);
    return account;
}

Ratio Portfolio::maxDrawdown() const
{
    return std::max(m_worstDrawdown, fallFrom(m_peak, m_trough));
}

Result<void> Portfolio::checkInvariants() const
{
    const auto differs = [](const char *what, Money is, Money should) {
        return Error{ErrorKind::Corrupt,
                     std::string("the books do not balance: ") + what + " is " + toString(is) + " and should be "
                         + toString(should)};
    };
    Money value;
    Money cost;
    Money gross;
    Money unrealised;
    Money realised;
    Money fees;
    for (const Slot &slot : m_slots) {
        const Money now = notional(slot.position.markPrice, slot.position.quantity);
        value += now;
        gross += abs(now);
        cost += slot.position.cost;
        unrealised += slot.position.unrealised;
        realised += slot.position.realised;
        fees += slot.position.fees;
    }
    const struct {
        const char *what;
        Money is;
        Money should;
    } sums[] = {
        {"cash", m_cash, m_startingCash - m_signedNotional - m_fees},
        {"equity", m_equity, m_cash + value},
        {"equity by profit", m_equity, m_startingCash + realised + unrealised - fees},
        {"gross exposure", m_gross, gross},
        {"cost of what is held", cost, m_signedNotional + m_realised},
        {"realised profit", m_realised, realised},
        {"fees", m_fees, fees},
    };
    for (const auto &sum : sums) {
        if (sum.is != sum.should) {
            return differs(sum.what, sum.is, sum.should);
        }
    }
    return {};
}

void Portfolio::assertInvariants() const
{
#ifdef COINSWARM_INVARIANTS
    if (const auto sound = checkInvariants(); !sound) {
        throw std::logic_error(sound.error().message);
    }
#endif
}

} // namespace coinswarm::trading
