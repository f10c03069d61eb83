// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trading/risk_gate.h"

#include "trading/order_hash.h"

#include <algorithm>
#include <stdexcept>

namespace coinswarm::trading {

namespace {

/// Collects the lines of one report in the order of DenialCode.
class Checks
{
public:
    explicit Checks(bool reducesOnly) : m_reducesOnly(reducesOnly) { m_lines.reserve(api::kDenialCodes); }

    template <class Number>
    void atMost(api::DenialCode code, api::CheckUnit unit, Number actual, Number limit, bool binding = false)
    {
        add(code, unit, api::CheckRule::AtMost, raw(actual), raw(limit), raw(actual) <= raw(limit), binding);
    }
    void forbid(api::DenialCode code, bool actual)
    {
        add(code, api::CheckUnit::Flag, api::CheckRule::Equal, actual ? 1 : 0, 0, !actual, false);
    }
    void add(api::DenialCode code, api::CheckUnit unit, api::CheckRule rule, std::int64_t actual, std::int64_t limit,
             bool holds, bool binding)
    {
        const bool waived = !holds && m_reducesOnly && !binding && api::isWaivedForReducing(code);
        m_lines.push_back({code, holds || waived, waived, unit, rule, actual, limit});
    }
    std::vector<api::RiskCheck> take() { return std::move(m_lines); }

private:
    static std::int64_t raw(std::int64_t value) { return value; }
    template <class Tag>
    static std::int64_t raw(Fixed<Tag> value)
    {
        return value.raw;
    }

    bool m_reducesOnly;
    std::vector<api::RiskCheck> m_lines;
};

Money share(Money amount, Ratio ratio)
{
    return scaled(std::max(amount, Money()), ratio, Rounding::Down);
}

/// What the position could become if this order and all pending entries on its side fill.
Quantity projectedPosition(const Order &order, const RiskView &view)
{
    return order.side == Side::Buy ? view.position.quantity + view.pending.entryBuys + order.remaining()
                                   : view.position.quantity - view.pending.entrySells - order.remaining();
}

std::int64_t drawdownRaw(const Account &account)
{
    if (!account.peakEquity.isPositive()) {
        return detail::kDecimalScale;
    }
    return detail::multiplyDivide((account.peakEquity - account.equity).raw, detail::kDecimalScale,
                                  account.peakEquity.raw, Rounding::Up);
}

std::int64_t distanceBps(const Order &order, Price last)
{
    // A trigger price is far from the market by nature.
    const Price own = order.type == OrderType::Limit ? order.limitPrice
        : order.type == OrderType::Market            ? order.referencePrice
                                                     : last;
    return last.isPositive() ? detail::multiplyDivide(abs(own - last).raw, 10'000, last.raw, Rounding::Up) : 0;
}

bool protectiveOnWrongSide(const Order &order, Price last)
{
    if (order.purpose != OrderPurpose::Entry) {
        return false;
    }
    const Price entry = order.type == OrderType::Limit ? order.limitPrice : last;
    const bool stopSet = !order.protectiveStop.isZero();
    const bool targetSet = !order.protectiveTarget.isZero();
    if (order.protectiveStop.isNegative() || order.protectiveTarget.isNegative()) {
        return true;
    }
    return order.side == Side::Buy
        ? (stopSet && order.protectiveStop >= entry) || (targetSet && order.protectiveTarget <= entry)
        : (stopSet && order.protectiveStop <= entry) || (targetSet && order.protectiveTarget >= entry);
}

/// The venue's rules are one check: the first rule that is broken speaks, else the minimum notional.
void checkInstrumentRules(Checks &checks, const Order &order, const RiskView &view)
{
    const Instrument &instrument = view.instrument;
    const auto line = [&checks](api::CheckUnit unit, api::CheckRule rule, std::int64_t actual, std::int64_t limit,
                                bool holds) {
        checks.add(api::DenialCode::InstrumentRules, unit, rule, actual, limit, holds, true);
    };
    const auto offTick = [&instrument](Price price) {
        return price.isNegative() || (instrument.tick.raw != 0 && price.raw % instrument.tick.raw != 0);
    };
    const Quantity quantity = order.remaining();
    const Price price = order.type == OrderType::Limit ? order.limitPrice
        : order.type == OrderType::Market              ? view.lastPrice
                                                       : order.stopPrice;
    const Money amount = notional(price, quantity, Rounding::Down);
    if (quantity < instrument.minimumQuantity || !quantity.isPositive()) {
        line(api::CheckUnit::Quantity, api::CheckRule::AtLeast, quantity.raw, instrument.minimumQuantity.raw, false);
    } else if (instrument.lot.raw != 0 && quantity.raw % instrument.lot.raw != 0) {
        line(api::CheckUnit::Quantity, api::CheckRule::MultipleOf, quantity.raw, instrument.lot.raw, false);
    } else if (order.type == OrderType::Limit && (offTick(order.limitPrice) || !order.limitPrice.isPositive())) {
        line(api::CheckUnit::Price, api::CheckRule::MultipleOf, order.limitPrice.raw, instrument.tick.raw, false);
    } else if (order.type != OrderType::Limit && order.type != OrderType::Market
               && (offTick(order.stopPrice) || !order.stopPrice.isPositive()))
    {
        line(api::CheckUnit::Price, api::CheckRule::MultipleOf, order.stopPrice.raw, instrument.tick.raw, false);
    } else {
        line(api::CheckUnit::Money, api::CheckRule::AtLeast, amount.raw, instrument.minimumNotional.raw,
             amount >= instrument.minimumNotional);
    }
}

} // namespace

RiskGate::RiskGate(RiskLimits limits, ApprovalPolicy policy) : m_limits(std::move(limits)), m_policy(std::move(policy))
{}

bool RiskGate::needsApproval(const Order &order, const RiskView &view) const
{
    return !onlyReduces(order, view)
        && coinswarm::trading::needsApproval(m_policy, view.mode, riskNotional(order, view.lastPrice));
}

api::RiskReport RiskGate::check(const Order &order, const RiskView &view) const
{
    return run(order, view, true);
}

RiskGate::Release RiskGate::release(const Order &order, const RiskView &view, const api::Approval *approval) const
{
    Release result;
    result.report = run(order, view, !needsApproval(order, view) || isApproved(order, view, approval));
    if (result.report.passed) {
        const bool used = approval != nullptr && approval->state == api::ApprovalState::Approved;
        result.order = ApprovedOrder(order, used ? approval->id : ApprovalId());
    }
    return result;
}

bool RiskGate::isApproved(const Order &order, const RiskView &view, const api::Approval *approval) const
{
    if (approval == nullptr || approval->state != api::ApprovalState::Approved || approval->order != order.id) {
        return false;
    }
    // The list is trusted no more than the state: names must differ, and there must be enough of them.
    std::vector<std::string> names = approval->decidedBy;
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    const std::size_t needed = riskNotional(order, approval->referencePrice) > m_policy.twoOperatorsAbove ? 2 : 1;
    return names.size() >= needed && !names.front().empty() && view.now < approval->expires
        && view.lastPrice >= approval->bandLow && view.lastPrice <= approval->bandHigh
        && approval->orderHash == approvalHash(order, *approval);
}

api::RiskReport RiskGate::run(const Order &order, const RiskView &view, bool approved) const
{
    try {
        return runExact(order, view, approved);
    } catch (const std::overflow_error &) {
        // A size that does not fit the arithmetic is above every limit. An agent's nonsense must not halt the engine.
        const api::RiskCheck tooLarge{api::DenialCode::OrderNotional,
                                      false,
                                      false,
                                      api::CheckUnit::Money,
                                      api::CheckRule::AtMost,
                                      std::numeric_limits<std::int64_t>::max(),
                                      m_limits.maxOrderNotional.raw};
        return {order.id, view.now, false, {tooLarge}};
    }
}

api::RiskReport RiskGate::runExact(const Order &order, const RiskView &view, bool approved) const
{
    const Money equity = view.account.equity;
    const Money moved = riskNotional(order, view.lastPrice);
    const Price worstPrice = std::max(order.limitPrice, view.lastPrice);
    const bool buys = order.side == Side::Buy;
    const Money needed = buys ? moved + scaled(moved, view.feeRate, Rounding::Up) + view.pending.cash : Money();
    const Quantity projected = projectedPosition(order, view);
    const std::int64_t oneMoreEntry = order.purpose == OrderPurpose::Entry ? 1 : 0;

    Checks checks(onlyReduces(order, view));
    checks.atMost(api::DenialCode::PositionSize, api::CheckUnit::Money,
                  notional(worstPrice, abs(projected), Rounding::Up),
                  std::min(m_limits.maxPositionNotional, share(equity, m_limits.maxPositionShare)));
    checks.atMost(api::DenialCode::OrderNotional, api::CheckUnit::Money, moved, m_limits.maxOrderNotional);
    checks.atMost(api::DenialCode::GrossExposure, api::CheckUnit::Money,
                  view.account.grossExposure + view.pending.entryNotional + moved,
                  share(equity, m_limits.maxGrossExposure));
    checks.atMost(api::DenialCode::LossPerTrade, api::CheckUnit::Money,
                  worstCaseLoss(order, view.lastPrice, view.feeRate), share(equity, m_limits.maxLossPerTrade));
    checks.atMost(api::DenialCode::DailyLoss, api::CheckUnit::Money,
                  std::max(view.account.dayStartEquity - equity, Money()),
                  share(view.account.dayStartEquity, m_limits.maxDailyLoss));
    checks.atMost(api::DenialCode::Drawdown, api::CheckUnit::Ratio, drawdownRaw(view.account),
                  m_limits.maxDrawdown.raw);
    checks.atMost<std::int64_t>(api::DenialCode::TradesPerDay, api::CheckUnit::Count,
                                view.tradesToday + view.pending.entriesNotCounted + oneMoreEntry,
                                m_limits.maxTradesPerDay);
    checks.atMost<std::int64_t>(api::DenialCode::OrderRate, api::CheckUnit::Count, view.ordersLastMinute + 1,
                                m_limits.maxOrdersPerMinute);
    checks.atMost<std::int64_t>(api::DenialCode::PriceBand, api::CheckUnit::Bps, distanceBps(order, view.lastPrice),
                                m_limits.priceBandBps, order.type == OrderType::Limit);
    checks.atMost<std::int64_t>(api::DenialCode::OpenOrders, api::CheckUnit::Count, view.pending.count + 1,
                                m_limits.maxOpenOrders);
    checks.atMost<std::int64_t>(api::DenialCode::StaleMarket, api::CheckUnit::Duration, view.marketAge.count(),
                                (m_limits.maxMarketAge + view.marketCadence).count());
    checkInstrumentRules(checks, order, view);
    checks.atMost(api::DenialCode::InsufficientCash, api::CheckUnit::Money, needed,
                  std::max(view.account.cash, Money()));
    checks.forbid(api::DenialCode::ShortNotAllowed, !buys && projected.isNegative() && !view.instrument.shortAllowed);
    checks.forbid(api::DenialCode::Halted, view.halted);
    checks.forbid(api::DenialCode::Paused, view.paused);
    checks.forbid(api::DenialCode::NoMarket, !view.lastPrice.isPositive());
    checks.forbid(api::DenialCode::ProtectivePrices, protectiveOnWrongSide(order, view.lastPrice));
    checks.forbid(api::DenialCode::NotReducing, order.reduceOnly && !onlyReduces(order, view));
    checks.forbid(api::DenialCode::Reconciling, view.reconciling);
    checks.forbid(api::DenialCode::PositionMismatch, view.positionMismatch);
    checks.forbid(api::DenialCode::NotApproved, !approved);

    api::RiskReport report{order.id, view.now, true, checks.take()};
    for (const api::RiskCheck &line : report.checks) {
        report.passed = report.passed && line.passed;
    }
    return report;
}

} // namespace coinswarm::trading
