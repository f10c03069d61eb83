// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "backtest/backtest.h"
#include "engine/record_codec.h"
#include "journal/journal_reader.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>

#include <algorithm>
#include <functional>
#include <set>
#include <sstream>
#include <stdexcept>

/// What the soundness tests share: markets made of whole numbers, so that they are the same everywhere, and runs of the
/// real backtest with the real plugins over them, with everything it wrote.
namespace coinswarm::test {

template <class T>
T take(Result<T> result)
{
    if (!result.ok()) {
        throw std::runtime_error(result.error().message);
    }
    return std::move(result).value();
}

/// SplitMix64.
class Random
{
public:
    explicit Random(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t next()
    {
        std::uint64_t z = (m_state += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    /// 0 … bound − 1.
    std::int64_t below(std::int64_t bound)
    {
        return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(bound));
    }
    /// Bell-shaped around 0 with a standard deviation of about 577.
    std::int64_t bell()
    {
        std::int64_t sum = -2'000;
        for (int i = 0; i < 4; ++i) {
            sum += below(1'001);
        }
        return sum;
    }

private:
    std::uint64_t m_state;
};

/// A bar in cents and thousandths of a coin.
struct Bar {
    std::int64_t openMs = 0;
    std::int64_t open = 0;
    std::int64_t high = 0;
    std::int64_t low = 0;
    std::int64_t close = 0;
    std::int64_t volume = 0;
};

inline constexpr std::int64_t kBarMs = 300'000;
inline constexpr std::int64_t kMarketStart = 1'704'067'200'000; // 2024-01-01

/// Five-minute bars that are appended stretch by stretch.
class BarSeries
{
public:
    explicit BarSeries(std::uint64_t seed, std::int64_t price = 4'000'000) : m_random(seed), m_price(price) {}

    /// `count` bars that drift by `driftPpm` each with a standard deviation of about `noisePpm`.
    BarSeries &walk(int count, std::int64_t driftPpm, std::int64_t noisePpm)
    {
        for (int i = 0; i < count; ++i) {
            add(m_price + m_price * (driftPpm + noisePpm * m_random.bell() / 577) / 1'000'000, noisePpm);
        }
        return *this;
    }
    /// `count` bars that are pulled back to the price at which the stretch began.
    BarSeries &range(int count, std::int64_t noisePpm)
    {
        const std::int64_t centre = m_price;
        for (int i = 0; i < count; ++i) {
            add(m_price + (centre - m_price) / 5 + m_price * (noisePpm * m_random.bell() / 577) / 1'000'000, noisePpm);
        }
        return *this;
    }

    const std::vector<Bar> &bars() const { return m_bars; }
    std::int64_t price() const { return m_price; }

private:
    void add(std::int64_t close, std::int64_t noisePpm)
    {
        Bar bar;
        bar.openMs = kMarketStart + static_cast<std::int64_t>(m_bars.size()) * kBarMs;
        bar.open = m_price;
        bar.close = std::max<std::int64_t>(close, 100);
        const std::int64_t reach = m_price * noisePpm / 2'000'000 + 1;
        bar.high = std::max(bar.open, bar.close) + m_random.below(reach);
        bar.low = std::max<std::int64_t>(std::min(bar.open, bar.close) - m_random.below(reach), 1);
        bar.volume = 20'000 + m_random.below(80'000);
        m_bars.push_back(bar);
        m_price = bar.close;
    }

    Random m_random;
    std::int64_t m_price;
    std::vector<Bar> m_bars;
};

inline std::string decimalText(std::int64_t value, std::int64_t scale)
{
    return toString(Money::fromRaw(value * (Money::kScale / scale)));
}

inline std::string csvOf(const std::vector<Bar> &bars)
{
    std::string text = "ts_ms,open,high,low,close,volume\n";
    for (const Bar &bar : bars) {
        text += std::to_string(bar.openMs);
        for (const std::int64_t price : {bar.open, bar.high, bar.low, bar.close}) {
            text += ',' + decimalText(price, 100);
        }
        text += ',' + decimalText(bar.volume, 1'000) + '\n';
    }
    return text;
}

inline std::string readText(const std::string &file)
{
    QFile in(QString::fromStdString(file));
    if (!in.open(QIODevice::ReadOnly)) {
        throw std::runtime_error("cannot read " + file);
    }
    return in.readAll().toStdString();
}

/// The rows of a CSV text without its header, each cut at its commas.
inline std::vector<std::vector<std::string>> rowsOf(const std::string &csv)
{
    std::vector<std::vector<std::string>> rows;
    std::istringstream lines(csv);
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
        std::vector<std::string> cells;
        std::istringstream parts(line);
        for (std::string cell; std::getline(parts, cell, ',');) {
            cells.push_back(cell);
        }
        rows.push_back(std::move(cells));
    }
    return rows;
}

/// A backtest and all that it left behind.
struct Run {
    backtest::BacktestResult result;
    std::string fills;
    std::string equity;
    std::string journal; ///< its folder; empty without a journal
};

template <class T, class Variant>
inline constexpr bool kIsOneOf = false;
template <class T, class... Ts>
inline constexpr bool kIsOneOf<T, std::variant<Ts...>> = (std::is_same_v<T, Ts> || ...);

struct Recorded {
    Timestamp now;
    std::variant<engine::EventBody, engine::RecordedEffect> what;

    template <class T>
    const T *as() const
    {
        if constexpr (kIsOneOf<T, engine::EventBody>) {
            const auto *event = std::get_if<engine::EventBody>(&what);
            return event == nullptr ? nullptr : std::get_if<T>(event);
        } else {
            const auto *effect = std::get_if<engine::RecordedEffect>(&what);
            return effect == nullptr ? nullptr : std::get_if<T>(effect);
        }
    }
};

inline std::vector<Recorded> recordsOf(const Run &run)
{
    std::vector<Recorded> records;
    journal::JournalReader reader = take(journal::JournalReader::open(run.journal));
    while (const std::optional<journal::RecordView> record = take(reader.next())) {
        const Timestamp now{record->header.timeNs};
        if (engine::isEventType(record->header.type)) {
            records.push_back({now, take(engine::decodeEvent(record->header.type, record->payload))});
        } else {
            records.push_back({now, take(engine::decodeEffect(record->header.type, record->payload))});
        }
    }
    return records;
}

class BacktestRig
{
public:
    using Adjust = std::function<void(config::Configuration &)>;

    BacktestRig()
        : m_plugins({.folders = {{COINSWARM_BINARY_DIR "/lib/coinswarm/plugins", true}},
                     .stateFolder = {},
                     .safeMode = false,
                     .traits = plugins::BuildTraits::ofHost()})
    {
        if (const Result<void> scanned = m_plugins.scan(); !scanned.ok()) {
            throw std::runtime_error(scanned.error().message);
        }
    }

    Run run(const std::vector<Bar> &bars, const Adjust &adjust = {}, bool journal = true)
    {
        return runText(csvOf(bars), adjust, journal);
    }

    Run runText(const std::string &csv, const Adjust &adjust = {}, bool journal = true)
    {
        const std::string file = nextPath() + ".csv";
        QFile out(QString::fromStdString(file));
        if (!out.open(QIODevice::WriteOnly) || out.write(csv.data(), static_cast<qint64>(csv.size())) < 0) {
            throw std::runtime_error("cannot write " + file);
        }
        out.close();
        return runFile(file, adjust, journal);
    }

    Run runFile(const std::string &file, const Adjust &adjust = {}, bool journal = true)
    {
        const std::string base = nextPath();
        backtest::BacktestOptions options;
        config::Configuration &configuration = options.configuration;
        configuration.engine.decisionInterval = Interval{300};
        configuration.engine.intervals = {Interval{300}, Interval{3600}};
        configuration.feed.plugin = "replay";
        configuration.feed.settings["file"] = text(file);
        configuration.feed.settings["symbol"] = text("BTC-USDT");
        if (adjust) {
            adjust(configuration);
        }
        options.fillsFile = base + "-fills.csv";
        options.equityFile = base + "-equity.csv";
        options.memory = memory;
        options.journalFolder = journal ? base + "-journal" : std::string();
        Run run{take(backtest::runBacktest(options, m_plugins)), readText(options.fillsFile),
                readText(options.equityFile), options.journalFolder};
        return run;
    }

    plugins::PluginHost &plugins() { return m_plugins; }
    runtime::EpisodicMemory *memory = nullptr; ///< of the runs that follow; null: none

    static config::WrittenValue text(const std::string &value)
    {
        return {config::WrittenValue::Kind::Text, value, {}, {}};
    }
    static config::WrittenValue real(const std::string &value)
    {
        return {config::WrittenValue::Kind::Real, value, {}, {}};
    }
    /// Leaves only the agents named in the committee.
    static Adjust onlyAgents(const std::set<std::string> &names)
    {
        return [names](config::Configuration &configuration) {
            for (config::AgentConfiguration &agent : configuration.agents) {
                agent.enabled = names.contains(agent.name);
            }
        };
    }

private:
    std::string nextPath() { return m_folder.filePath(QString::number(++m_runs)).toStdString(); }

    QTemporaryDir m_folder;
    plugins::PluginHost m_plugins;
    int m_runs = 0;
};

/// A file of recorded data; empty if it is not there, which the test must say loudly.
inline std::string sharedData(const char *name)
{
    const QByteArray folder = qEnvironmentVariable("COINSWARM_SHARED_DATA").toUtf8();
    const std::string path =
        (folder.isEmpty() ? std::string(COINSWARM_SHARED_DATA) : folder.toStdString()) + "/" + name;
    return QFile::exists(QString::fromStdString(path)) ? path : std::string();
}

#define NEED_SHARED_DATA(variable, name)                                                                               \
    const std::string variable = ::coinswarm::test::sharedData(name);                                                  \
    if (variable.empty()) {                                                                                            \
        QSKIP("SKIPPED: " name " not found; set COINSWARM_SHARED_DATA to the folder of recorded data");                \
    }

} // namespace coinswarm::test
