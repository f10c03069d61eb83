// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/regime_classifier.h"

namespace coinswarm::market {

namespace {

/// A market that did not move at all must not make every later volatility infinitely high.
constexpr double kLeastReference = 1e-8;

/// Low, Normal or High of a value, given the class it was in: a class is left only at its inner threshold.
enum class Third : unsigned char { Low, Middle, High };

Third thirdOf(double value, Third now, const RegimeBand &low, const RegimeBand &high)
{
    if (value >= (now == Third::High ? high.leave : high.enter)) {
        return Third::High;
    }
    return value <= (now == Third::Low ? low.leave : low.enter) ? Third::Low : Third::Middle;
}

} // namespace

SessionRegime sessionAt(Timestamp time)
{
    const std::int64_t hour = (time - startOfDay(time)).count() / 3'600'000'000'000;
    if (hour < 7) {
        return SessionRegime::Asia;
    } else if (hour < 13) {
        return SessionRegime::Europe;
    }
    return hour < 21 ? SessionRegime::America : SessionRegime::Late;
}

RegimeClassifier::RegimeClassifier(InstrumentId instrument, const RegimeRules &rules)
    : m_rules(rules),
      m_volatility(rules.volatilityBars),
      m_adx(rules.trendBars),
      m_volatilityClass(rules.volatilityConfirmation),
      m_spreadClass(rules.spreadConfirmation),
      m_trendClass(rules.trendConfirmation)
{
    m_current.instrument = instrument;
    m_current.version = kRegimeRulesVersion;
}

void RegimeClassifier::onQuote(Price bid, Price ask)
{
    if (!bid.isPositive() || ask < bid) {
        m_lastSpread = -1;
        return;
    }
    const double low = bid.toDouble();
    const double high = ask.toDouble();
    m_lastSpread = 20'000.0 * (high - low) / (high + low);
    m_spreadSum += m_lastSpread;
    ++m_spreadCount;
}

std::optional<RegimeChange> RegimeClassifier::onBar(const Candle &candle, std::uint64_t &lastId)
{
    const Bar bar = Bar::from(candle);
    m_volatility.update(bar);
    m_adx.update(bar);
    classifyVolatility();
    classifySpread();
    classifyTrend();

    Regime next = m_current;
    next.volatility = m_volatilityClass.value();
    next.spread = m_spreadClass.value();
    next.trend = m_trendClass.value();
    next.session = sessionAt(candle.closeTime());
    if (m_current.id && next == m_current) {
        return {};
    }
    RegimeChange change;
    change.ended = m_current;
    change.ended.end = candle.closeTime();
    next.id = RegimeId(++lastId);
    next.start = candle.closeTime();
    m_current = next;
    change.started = next;
    return change;
}

void RegimeClassifier::updateReference(double volatility)
{
    if (m_referenceCount < m_rules.referenceBars) {
        m_reference += volatility;
        if (++m_referenceCount == m_rules.referenceBars) {
            m_reference /= static_cast<double>(m_rules.referenceBars);
        }
    } else if (volatility > m_reference) {
        // Equal steps up and down come to rest where half of the values lie above: near the median, which a crash of a
        // few bars cannot move far.
        m_reference *= 1.0 + m_rules.referenceStep;
    } else if (volatility < m_reference) {
        m_reference /= 1.0 + m_rules.referenceStep;
    }
    if (m_referenceCount == m_rules.referenceBars && m_reference < kLeastReference) {
        m_reference = kLeastReference;
    }
}

void RegimeClassifier::classifyVolatility()
{
    if (!m_volatility.ready()) {
        return;
    }
    updateReference(m_volatility.value());
    if (m_referenceCount < m_rules.referenceBars) {
        return;
    }
    const VolatilityRegime was = m_volatilityClass.value();
    const Third now = was == VolatilityRegime::Low ? Third::Low
        : was == VolatilityRegime::High            ? Third::High
                                                   : Third::Middle;
    switch (thirdOf(m_volatility.value() / m_reference, now, m_rules.lowVolatility, m_rules.highVolatility)) {
    case Third::Low:
        m_volatilityClass.propose(VolatilityRegime::Low);
        break;
    case Third::Middle:
        m_volatilityClass.propose(VolatilityRegime::Normal);
        break;
    case Third::High:
        m_volatilityClass.propose(VolatilityRegime::High);
        break;
    }
}

void RegimeClassifier::classifySpread()
{
    if (m_lastSpread < 0) {
        m_spreadSum = 0;
        m_spreadCount = 0;
        m_spreadClass.propose(SpreadRegime::Unknown);
        return;
    }
    // A bar in which nobody changed the quote still has the quote.
    const double spread = m_spreadCount > 0 ? m_spreadSum / static_cast<double>(m_spreadCount) : m_lastSpread;
    m_spreadSum = 0;
    m_spreadCount = 0;
    const SpreadRegime was = m_spreadClass.value();
    const Third now = was == SpreadRegime::Tight ? Third::Low : was == SpreadRegime::Wide ? Third::High : Third::Middle;
    switch (thirdOf(spread, now, m_rules.tightSpread, m_rules.wideSpread)) {
    case Third::Low:
        m_spreadClass.propose(SpreadRegime::Tight);
        break;
    case Third::Middle:
        m_spreadClass.propose(SpreadRegime::Normal);
        break;
    case Third::High:
        m_spreadClass.propose(SpreadRegime::Wide);
        break;
    }
}

void RegimeClassifier::classifyTrend()
{
    if (!m_adx.ready()) {
        return;
    }
    const TrendRegime was = m_trendClass.value();
    const bool inTrend = was == TrendRegime::Up || was == TrendRegime::Down;
    if (m_adx.value() < (inTrend ? m_rules.trend.leave : m_rules.trend.enter)) {
        m_trendClass.propose(TrendRegime::Range);
    } else {
        m_trendClass.propose(m_adx.plusDi() >= m_adx.minusDi() ? TrendRegime::Up : TrendRegime::Down);
    }
}

} // namespace coinswarm::market
