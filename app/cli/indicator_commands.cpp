// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/backtest_configuration.h"
#include "cli/exit_code.h"
#include "cli/plugin_access.h"
#include "config/key_table.h"
#include "market/candle_builder.h"
#include "market/indicators/indicator_set.h"

#include <QtCore/QJsonArray>

#include <cmath>
#include <cstdio>
#include <optional>

namespace coinswarm::cli {

namespace {

std::vector<std::string> specsOf(const std::string &text)
{
    std::vector<std::string> specs;
    for (const QString &part : QString::fromStdString(text).split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        specs.push_back(part.trimmed().toStdString());
    }
    return specs;
}

/// The shortest text that reads back as the same number.
std::string exact(double value)
{
    return QByteArray::number(value, 'g', QLocale::FloatingPointShortest).toStdString();
}

/// Writes one row per closed bar.
class IndicatorRows
{
public:
    IndicatorRows(market::IndicatorSet set, bool json) : m_set(std::move(set)), m_json(json)
    {
        if (!m_json) {
            std::string header = "ts_ms,open,high,low,close,volume";
            for (const IndicatorName &name : m_set.names()) {
                header += ',' + name.full();
            }
            std::puts(header.c_str());
        }
    }

    void add(const Candle &bar)
    {
        m_set.update(bar);
        if (m_json) {
            addJson(bar);
        } else {
            writeCsv(bar);
        }
    }

    QJsonArray takeJson() { return std::move(m_rows); }

private:
    void writeCsv(const Candle &bar)
    {
        std::string row = std::to_string(bar.openTime.milliseconds()) + ',' + toString(bar.open) + ','
            + toString(bar.high) + ',' + toString(bar.low) + ',' + toString(bar.close) + ',' + toString(bar.volume);
        for (std::size_t slot = 0; slot < m_set.names().size(); ++slot) {
            row += ',';
            if (m_set.readings().ready(slot)) {
                row += exact(m_set.readings().value(slot));
            }
        }
        std::puts(row.c_str());
    }

    void addJson(const Candle &bar)
    {
        QJsonObject row{{QStringLiteral("ts_ms"), static_cast<qint64>(bar.openTime.milliseconds())},
                        {QStringLiteral("open"), QString::fromStdString(toString(bar.open))},
                        {QStringLiteral("high"), QString::fromStdString(toString(bar.high))},
                        {QStringLiteral("low"), QString::fromStdString(toString(bar.low))},
                        {QStringLiteral("close"), QString::fromStdString(toString(bar.close))},
                        {QStringLiteral("volume"), QString::fromStdString(toString(bar.volume))}};
        for (std::size_t slot = 0; slot < m_set.names().size(); ++slot) {
            row.insert(QString::fromStdString(m_set.names()[slot].full()),
                       m_set.readings().ready(slot) ? QJsonValue(m_set.readings().value(slot)) : QJsonValue());
        }
        m_rows.append(row);
    }

    market::IndicatorSet m_set;
    bool m_json;
    QJsonArray m_rows;
};

/// Makes bars of whatever the feed delivers.
class Bars
{
public:
    explicit Bars(std::optional<Interval> wanted) : m_wanted(wanted) {}

    Result<void> play(Feed &feed, IndicatorRows &rows)
    {
        std::vector<MarketEvent> batch(4'096);
        for (;;) {
            const Result<std::size_t> count = feed.read(batch);
            if (!count.ok()) {
                return count.error();
            }
            if (*count == 0) {
                return {};
            }
            for (std::size_t i = 0; i < *count; ++i) {
                if (const Result<void> taken = take(batch[i], rows); !taken.ok()) {
                    return taken.error();
                }
            }
        }
    }

private:
    Result<void> take(const MarketEvent &event, IndicatorRows &rows)
    {
        const auto *candle = std::get_if<Candle>(&event);
        const auto *trade = std::get_if<Trade>(&event);
        if (candle != nullptr && (!m_wanted || *m_wanted == candle->interval)) {
            rows.add(*candle);
            return {};
        }
        if (!m_builder && (candle != nullptr || trade != nullptr)) {
            const Interval wanted = m_wanted.value_or(Interval{60});
            std::vector<Interval> intervals{wanted};
            if (candle != nullptr) {
                intervals.insert(intervals.begin(), candle->interval);
            }
            if (const Result<void> checked = market::CandleBuilder::check(intervals); !checked.ok()) {
                return checked.error();
            }
            m_builder.emplace(InstrumentId(1), intervals);
            m_built = wanted;
        }
        m_closed.clear();
        if (candle != nullptr) {
            m_builder->onCandle(*candle, m_closed);
        } else if (trade != nullptr) {
            m_builder->onTrade(*trade, m_closed);
        }
        for (const Candle &bar : m_closed) {
            if (bar.interval == m_built) {
                rows.add(bar);
            }
        }
        return {};
    }

    std::optional<Interval> m_wanted;
    std::optional<market::CandleBuilder> m_builder;
    Interval m_built;
    std::vector<Candle> m_closed;
};

Result<std::optional<Interval>> wantedInterval(const Invocation &invocation)
{
    if (!invocation.has("interval")) {
        return std::optional<Interval>();
    }
    const Result<Duration> duration = config::parseDuration(invocation.value("interval"));
    if (!duration.ok()) {
        return invalid("--interval: " + duration.error().message);
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*duration);
    if (seconds.count() < 1 || seconds != *duration) {
        return invalid("--interval must be whole seconds, as 5m");
    }
    return std::optional<Interval>(Interval{static_cast<std::int32_t>(seconds.count())});
}

int runIt(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    const std::vector<std::string> specs = specsOf(invocation.value("set"));
    if (specs.empty()) {
        return terminal.fail(invalid("--set is missing: which indicators, as sma:10,rsi:14,macd:12:26:9"));
    }
    Result<market::IndicatorSet> set = market::IndicatorSet::create(specs);
    if (!set.ok()) {
        return terminal.fail(invalid(set.error().message));
    }
    const Result<std::optional<Interval>> wanted = wantedInterval(invocation);
    if (!wanted.ok()) {
        return terminal.fail(wanted.error());
    }
    const Result<std::unique_ptr<plugins::PluginHost>> plugins = scannedPlugins(invocation, false);
    if (!plugins.ok()) {
        return terminal.fail(plugins.error());
    }
    const Result<std::unique_ptr<Feed>> feed = openReplay(invocation, **plugins);
    if (!feed.ok()) {
        return terminal.fail(feed.error());
    }
    IndicatorRows rows(std::move(set).value(), terminal.json());
    const Result<void> played = Bars(*wanted).play(**feed, rows);
    if (!played.ok()) {
        return terminal.fail(played.error());
    }
    if (terminal.json()) {
        terminal.printJson(rows.takeJson());
    }
    return kOk;
}

} // namespace

std::vector<Command> indicatorCommands()
{
    Command command;
    command.name = QStringLiteral("indicators");
    command.summary = QStringLiteral("Compute indicators over a recorded market, one row per bar.");
    command.options = replayOptions();
    command.options.push_back(
        {QStringLiteral("set"), QStringLiteral("LIST"),
         QStringLiteral("Which, separated by commas: sma:N ema:N rsi:N macd:FAST:SLOW:SIGNAL bb:N:WIDTH "
                        "atr:N adx:N stoch:N:K:D rv:N vwap.")});
    command.options.push_back({QStringLiteral("interval"), QStringLiteral("LENGTH"),
                               QStringLiteral("Length of the bars, as 15m; default: the file's, or 1m for trades.")});
    command.options.push_back({QStringLiteral("csv"), {}, QStringLiteral("Print CSV; this is the default.")});
    for (const Option &option : pluginOptions()) {
        command.options.push_back(option);
    }
    command.remarks =
        QStringLiteral("ts_ms is the bar's open time. A series that has not seen enough bars is empty (null in JSON).\n"
                       "Numbers are the shortest texts that read back as exactly the same double.");
    command.examples = {QStringLiteral("indicators --data BTCUSDT_5m.csv.gz --set sma:10,rsi:14,macd:12:26:9 --csv")};
    command.run = runIt;
    return {command};
}

} // namespace coinswarm::cli
