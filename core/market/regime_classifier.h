// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/confirmed.h"
#include "market/indicators/adx.h"
#include "market/indicators/realised_volatility.h"
#include "market/regime_rules.h"

#include <coinswarm/regime.h>

#include <optional>

namespace coinswarm::market {

/// One regime ended and the next one began.
struct RegimeChange {
    Regime ended; ///< complete, with its end; its id is 0 if there was none before
    Regime started; ///< its start is `ended.end`
};

/// Classifies one instrument's market at each closed bar from what was known by then: volatility against its own
/// median-like reference, quoted spread in basis points, trend by ADX and DI, session by UTC hour. Thresholds have
/// hysteresis and a change must last a few bars (see RegimeRules and docs/regimes.md). Constant time, no allocation.
class RegimeClassifier
{
public:
    explicit RegimeClassifier(InstrumentId instrument, const RegimeRules &rules = {});

    /// Takes the best quotes; spreads are averaged over the bar. Without two positive prices the spread is unknown from
    /// here on until the next valid quote.
    void onQuote(Price bid, Price ask);

    /// Takes the next closed bar. If the regime changes, the new one has the id ++lastId and starts at the bar's close.
    std::optional<RegimeChange> onBar(const Candle &candle, std::uint64_t &lastId);

    /// The regime since the last change; its id is 0 before the first bar.
    const Regime &current() const { return m_current; }
    /// What volatility is compared with; 0 until known.
    double referenceVolatility() const { return m_referenceCount < m_rules.referenceBars ? 0.0 : m_reference; }

    template <class V>
    void visitState(V &visit)
    {
        visit("current", m_current);
        visit("volatility", m_volatility);
        visit("adx", m_adx);
        visit("reference", m_reference);
        visit("reference_count", m_referenceCount);
        visit("last_spread", m_lastSpread);
        visit("spread_sum", m_spreadSum);
        visit("spread_count", m_spreadCount);
        visit("volatility_class", m_volatilityClass);
        visit("spread_class", m_spreadClass);
        visit("trend_class", m_trendClass);
    }

private:
    void updateReference(double volatility);
    void classifyVolatility();
    void classifySpread();
    void classifyTrend();

    RegimeRules m_rules;
    Regime m_current;
    RealisedVolatility m_volatility;
    Adx m_adx;
    double m_reference = 0;
    std::uint32_t m_referenceCount = 0; ///< values in the first reference
    double m_lastSpread = -1; ///< basis points; negative while unknown
    double m_spreadSum = 0; ///< over this bar's quotes
    std::uint64_t m_spreadCount = 0;
    Confirmed<VolatilityRegime> m_volatilityClass;
    Confirmed<SpreadRegime> m_spreadClass;
    Confirmed<TrendRegime> m_trendClass;
};

/// The session that `time` falls into.
SessionRegime sessionAt(Timestamp time);

} // namespace coinswarm::market
