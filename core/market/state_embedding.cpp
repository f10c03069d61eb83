// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market/state_embedding.h"

#include "market/indicators/atr.h"
#include "market/state_features.h"

#include <algorithm>
#include <cmath>

namespace coinswarm::market {

namespace {

constexpr double kSecondsPerDay = 86'400;
constexpr std::int64_t kNanosecondsPerHour = 3'600'000'000'000;
/// Below it nothing moves; keeps the octaves of a market that stands still finite.
constexpr double kLeast = 1e-9;
/// 2⁻⁵·⁵, the daily volatility that absolute features count from.
constexpr double kUsualVolatility = 0.022097086912079608;
constexpr double kUsualSpread = 2;
/// Of a random walk's true range the volatility is about this part (Parkinson 1980).
constexpr double kVolatilityPerRange = 0.625;
constexpr double kSpreadBars = 100;
/// The horizons of 24 and 96 bars.
constexpr std::size_t kShortHorizon = 6;
constexpr std::size_t kLongHorizon = 10;
static_assert(kHorizons[kShortHorizon] == 24 && kHorizons[kLongHorizon] == 96);

/// The binary logarithm of `x`, within 0.01: the exponent is exact, between powers of two runs a parabola. A library's
/// logarithm would differ between machines.
double octaves(double x)
{
    int exponent = 0;
    const double part = 2 * std::frexp(x < kLeast ? kLeast : x, &exponent) - 1;
    return exponent - 1 + part + 0.34 * part * (1 - part);
}

double ratio(double a, double b)
{
    return b > 0 || b < 0 ? a / b : 0;
}

/// 1 at the beginning of a cycle, −1 in its middle, straight lines between.
double triangle(double part)
{
    const double whole = std::floor(part);
    const double rest = part - whole;
    return rest < 0.5 ? 1 - 4 * rest : 4 * rest - 3;
}

std::int8_t quantised(double value)
{
    const double clipped = std::clamp(value, -127.0, 127.0);
    return static_cast<std::int8_t>(clipped < 0 ? clipped - 0.5 : clipped + 0.5);
}

} // namespace

/// Over the bars from now back to some age.
struct StateEmbedding::Sums {
    double bars = 0;
    double changes = 0;
    double sizes = 0; ///< of the changes
    double squares = 0;
    double fallSquares = 0;
    double products = 0; ///< of successive changes
    double largest = 0;
    double smallest = 0;
    double ups = 0; ///< rising − falling bars
    double ranges = 0;
    double rises = 0;
    double falls = 0;
    double volume = 0;
    double signedVolume = 0;
    double high = 0;
    double low = 0;
    double highAge = 0;
    double lowAge = 0;
    // Of closes relative to the last one, and ages, for averages and lines.
    double offsets = 0;
    double offsetSquares = 0;
    double offsetAges = 0;
    double firstOffset = 0; ///< of the close before the oldest bar

    double volatility() const { return std::sqrt(squares / bars); }
};

/// Writes the values of a row next to each other; rows in the order of the table.
class StateEmbedding::Writer
{
public:
    explicit Writer(Embedding &out) : m_out(out) {}

    /// Begins a horizon, a bar, or the moment: value() then fills the rows from `row` on.
    void begin(std::size_t row, std::size_t first, std::size_t place)
    {
        m_row = row;
        m_first = first;
        m_place = place;
    }
    void value(double value)
    {
        const FeatureRow &row = kFeatureRows[m_row++];
        m_out.values[m_first + m_place] = quantised(value * row.scale);
        m_first += row.count();
    }

private:
    Embedding &m_out;
    std::size_t m_row = 0;
    std::size_t m_first = 0;
    std::size_t m_place = 0;
};

namespace {

constexpr std::size_t rowsOf(FeatureSpan span)
{
    std::size_t rows = 0;
    for (const FeatureRow &row : kFeatureRows) {
        rows += row.span == span ? 1 : 0;
    }
    return rows;
}

constexpr std::size_t kHorizonRows = rowsOf(FeatureSpan::Horizons);
constexpr std::size_t kRecentRows = rowsOf(FeatureSpan::RecentBars);
constexpr std::size_t kRecentFirst = kHorizonRows * kHorizons.size();
constexpr std::size_t kMomentFirst = kRecentFirst + kRecentRows * kRecentBars;

} // namespace

StateEmbedding::StateEmbedding(Interval interval)
    : m_perDay(std::sqrt(kSecondsPerDay / std::max(interval.seconds, 1))), m_bars(kBars)
{
    static_assert(kHorizons.back() == kBars);
}

void StateEmbedding::onQuote(Price bid, Price ask)
{
    if (!bid.isPositive() || ask <= bid) {
        m_spread = -1;
        return;
    }
    const double low = bid.toDouble();
    const double high = ask.toDouble();
    m_spread = 20'000 * (high - low) / (high + low);
}

void StateEmbedding::onBar(const Candle &candle)
{
    const Bar bar = Bar::from(candle);
    Sample sample{candle.open.toDouble(), bar.high, bar.low, bar.close, bar.volume};
    const Sample *before = m_size == 0 ? nullptr : &ago(0);
    const double base = before == nullptr ? sample.open : before->close;
    sample.change = (bar.close - base) / base;
    sample.range = trueRange(bar, base) / base;
    if (before != nullptr) {
        const double up = (bar.high - before->high) / base;
        const double down = (before->low - bar.low) / base;
        sample.rise = up > down && up > 0 ? up : 0;
        sample.fall = down > up && down > 0 ? down : 0;
    }
    m_bars[m_next] = sample;
    m_next = (m_next + 1) % kBars;
    m_size = std::min(m_size + 1, kBars);
    m_closeTime = candle.closeTime();
    if (m_spread >= 0) {
        m_averageSpread = m_averageSpread < 0 ? m_spread : m_averageSpread + (m_spread - m_averageSpread) / kSpreadBars;
    }
}

void StateEmbedding::addTo(Sums &sums, std::uint32_t age) const
{
    const Sample &bar = ago(age);
    const double last = ago(0).close;
    const double change = bar.change;
    if (age > 0) {
        sums.products += change * ago(age - 1).change;
    }
    const double square = change * change;
    sums.bars += 1;
    sums.changes += change;
    sums.sizes += change < 0 ? -change : change;
    sums.squares += square;
    sums.fallSquares += change < 0 ? square : 0;
    sums.largest = age == 0 || change > sums.largest ? change : sums.largest;
    sums.smallest = age == 0 || change < sums.smallest ? change : sums.smallest;
    const double sign = change > 0 ? 1 : change < 0 ? -1 : 0;
    sums.ups += sign;
    sums.ranges += bar.range;
    sums.rises += bar.rise;
    sums.falls += bar.fall;
    sums.volume += bar.volume;
    sums.signedVolume += sign * bar.volume;
    if (age == 0 || bar.high > sums.high) {
        sums.high = bar.high;
        sums.highAge = age;
    }
    if (age == 0 || bar.low < sums.low) {
        sums.low = bar.low;
        sums.lowAge = age;
    }
    const double offset = (bar.close - last) / last;
    sums.offsets += offset;
    sums.offsetSquares += offset * offset;
    sums.offsetAges += offset * age;
    // The close before the bar follows from its change.
    sums.firstOffset = (1 + offset) / (1 + change) - 1;
}

Embedding StateEmbedding::value() const
{
    Embedding embedding;
    if (m_size == 0) {
        return embedding;
    }
    std::array<Sums, kHorizons.size()> horizons;
    Sums running;
    std::size_t horizon = 0;
    for (std::uint32_t age = 0; age < m_size; ++age) {
        addTo(running, age);
        if (age + 1 == kHorizons[horizon]) {
            horizons[horizon++] = running;
        }
    }
    for (; horizon < horizons.size(); ++horizon) {
        horizons[horizon] = running;
    }
    Writer out(embedding);
    for (std::size_t i = 0; i < horizons.size(); ++i) {
        out.begin(0, 0, i);
        writeHorizon(horizons[i], running, out);
    }
    writeRecent(running, out);
    out.begin(kHorizonRows + kRecentRows, kMomentFirst, 0);
    writeMoment(horizons[kShortHorizon].volatility() / std::max(horizons[kLongHorizon].volatility(), kLeast), out);
    return embedding;
}

void StateEmbedding::writeHorizon(const Sums &sums, const Sums &all, Writer &out) const
{
    const double n = sums.bars;
    const double v = std::max(sums.volatility(), kLeast);
    const double step = v * std::sqrt(n);
    const double meanRange = sums.ranges / n;
    out.value(octaves(v * m_perDay / kUsualVolatility));
    out.value(octaves(meanRange * kVolatilityPerRange * m_perDay / kUsualVolatility));
    out.value(octaves(v / std::max(all.volatility(), kLeast)));
    out.value(octaves(meanRange / v));

    const double meanAge = (n - 1) / 2;
    const double ageSpread = n * (n * n - 1) / 12; // Σ (age − mean age)²
    const double meanOffset = sums.offsets / n;
    const double covariance = meanAge * sums.offsets - sums.offsetAges; // with time, which runs against age
    const double offsetSpread = std::max(sums.offsetSquares - n * meanOffset * meanOffset, 0.0);
    out.value(-sums.firstOffset / step);
    out.value(covariance / ageSpread * n / step);
    out.value(ratio(covariance, std::sqrt(ageSpread * offsetSpread)));
    out.value(ratio(sums.changes, sums.sizes));
    out.value(-meanOffset / step);
    out.value(ratio(2 * ago(0).close - sums.high - sums.low, sums.high - sums.low));
    out.value(ratio(sums.rises - sums.falls, sums.ranges));
    out.value(ratio(sums.rises - sums.falls, sums.rises + sums.falls));
    out.value(sums.ups / n);

    out.value(ratio(sums.products, sums.squares));
    out.value(ratio(2 * sums.fallSquares, sums.squares) - 1);
    out.value(ratio(sums.largest + sums.smallest, sums.largest - sums.smallest));
    out.value(2 * sums.highAge / n - 1);
    out.value(2 * sums.lowAge / n - 1);
    const bool traded = sums.volume > 0 && all.volume > 0;
    out.value(traded ? octaves(sums.volume / n / (all.volume / all.bars)) : 0);
    out.value(ratio(sums.signedVolume, sums.volume));
}

void StateEmbedding::writeRecent(const Sums &all, Writer &out) const
{
    const double v = std::max(all.volatility(), kLeast);
    const double volume = all.volume / all.bars;
    for (std::uint32_t age = 0; age < kRecentBars && age < m_size; ++age) {
        const Sample &bar = ago(age);
        const double height = bar.high - bar.low;
        const double before = bar.close / (1 + bar.change);
        out.begin(kHorizonRows, kRecentFirst, age);
        out.value(bar.change / v);
        out.value(octaves(bar.range / v));
        out.value(ratio(bar.close - bar.open, height));
        out.value(ratio(bar.high - std::max(bar.open, bar.close), height));
        out.value(ratio(std::min(bar.open, bar.close) - bar.low, height));
        out.value(ratio(bar.open - before, before) / v);
        out.value(bar.volume > 0 && volume > 0 ? octaves(bar.volume / volume) : 0);
    }
}

void StateEmbedding::writeMoment(double volatilityRatio, Writer &out) const
{
    const bool known = m_spread > 0;
    out.value(known ? octaves(m_spread / kUsualSpread) : 0);
    out.value(known && m_averageSpread > 0 ? octaves(m_spread / m_averageSpread) : 0);
    out.value(known ? 1 : 0);
    const double hours =
        static_cast<double>((m_closeTime - startOfDay(m_closeTime)).count()) / static_cast<double>(kNanosecondsPerHour);
    out.value(triangle(hours / 24));
    out.value(triangle((hours - 6) / 24));
    // 1970-01-01 was a Thursday; 1970-01-05 the first Monday.
    const double weeks = (static_cast<double>(m_closeTime.ns / 1'000'000'000) / kSecondsPerDay - 4) / 7;
    out.value(triangle(weeks));
    out.value(triangle(weeks - 0.25));
    out.value(octaves(volatilityRatio));
}

} // namespace coinswarm::market
