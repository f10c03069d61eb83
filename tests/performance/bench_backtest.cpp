// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Six months of five-minute bars with three agents, journal on, and what it costs in time and memory. Baseline: the same
// file read through the same feed, and nothing done with it.

#include "performance/benchmark.h"

#include "backtest/backtest.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string_view>

#include <sys/resource.h>

using namespace coinswarm;
using namespace coinswarm::backtest;
using namespace coinswarm::bench;
using namespace coinswarm::plugins;

namespace {

constexpr int kBars = 52'416;

config::WrittenValue text(const std::string &value)
{
    return {config::WrittenValue::Kind::Text, value, {}, {}};
}

/// A market for machines without recorded data.
void writeMarket(const std::string &file)
{
    QFile out(QString::fromStdString(file));
    if (!out.open(QIODevice::WriteOnly)) {
        throw std::runtime_error("cannot write " + file);
    }
    std::string lines = "ts_ms,open,high,low,close,volume\n";
    std::uint64_t state = 1;
    const auto random = [&state](std::int64_t bound) {
        state = state * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
        return static_cast<std::int64_t>((state >> 33) % static_cast<std::uint64_t>(bound));
    };
    std::int64_t price = 4'228'358;
    for (int i = 0; i < kBars; ++i) {
        const std::int64_t trend = (i / 700) % 3 - 1;
        const std::int64_t close = std::max<std::int64_t>(price + trend * 400 + random(16'001) - 8'000, 100'000);
        char line[160];
        std::snprintf(line, sizeof line, "%lld,%.2f,%.2f,%.2f,%.2f,%.3f\n",
                      static_cast<long long>(1'704'067'200'000 + std::int64_t{300'000} * i),
                      static_cast<double>(price) / 100,
                      static_cast<double>(std::max(price, close) + random(3'000)) / 100,
                      static_cast<double>(std::min(price, close) - random(3'000)) / 100,
                      static_cast<double>(close) / 100, static_cast<double>(20'000 + random(80'000)) / 1'000);
        lines += line;
        price = close;
    }
    out.write(lines.data(), static_cast<qint64>(lines.size()));
}

double cpuSeconds()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval &t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double readOnly(PluginHost &plugins, const std::string &file)
{
    const auto start = Clock::now();
    const std::unique_ptr<Feed> feed =
        take(plugins.createFeed("replay", {{"file", file}, {"symbol", std::string("BTC-USDT")}}));
    if (const Result<void> opened = feed->open(); !opened.ok()) {
        throw std::runtime_error(opened.error().message);
    }
    std::vector<MarketEvent> batch(4'096);
    while (take(feed->read(batch)) > 0) {
    }
    return secondsSince(start);
}

int measure(bool quick, bool json)
{
    PluginHostOptions hostOptions;
    hostOptions.folders = {{QCoreApplication::applicationDirPath().toStdString() + "/../lib/coinswarm/plugins", true}};
    PluginHost plugins(hostOptions);
    if (const Result<void> scanned = plugins.scan(); !scanned.ok()) {
        throw std::runtime_error(scanned.error().message);
    }
    const QTemporaryDir folder;
    const QByteArray data =
        qEnvironmentVariable("COINSWARM_SHARED_DATA", QStringLiteral(COINSWARM_SHARED_DATA)).toUtf8();
    std::string file = data.toStdString() + "/bars/binance_spot_BTCUSDT_5m_2024H1.csv.gz";
    const bool recorded = QFile::exists(QString::fromStdString(file));
    if (!recorded) {
        file = folder.filePath(QStringLiteral("bars.csv")).toStdString();
        writeMarket(file);
    }

    BacktestOptions options;
    config::Configuration &configuration = options.configuration;
    configuration.engine.decisionInterval = Interval{300};
    configuration.engine.intervals = {Interval{300}, Interval{3600}};
    configuration.feed.plugin = "replay";
    configuration.feed.settings["file"] = text(file);
    configuration.feed.settings["symbol"] = text("BTC-USDT");
    options.fillsFile = folder.filePath(QStringLiteral("fills.csv")).toStdString();
    options.equityFile = folder.filePath(QStringLiteral("equity.csv")).toStdString();

    double best = 1e9;
    double cpu = 1e9;
    double bestRead = 1e9;
    double bestBare = 1e9;
    BacktestResult result;
    for (int i = 0; i < (quick ? 2 : 5); ++i) {
        bestRead = std::min(bestRead, readOnly(plugins, file));
        options.journalFolder = folder.filePath(QStringLiteral("journal%1").arg(i)).toStdString();
        const double before = cpuSeconds();
        const auto start = Clock::now();
        result = take(runBacktest(options, plugins));
        best = std::min(best, secondsSince(start));
        cpu = std::min(cpu, cpuSeconds() - before);
        options.journalFolder.clear();
        const auto bareStart = Clock::now();
        take(runBacktest(options, plugins));
        bestBare = std::min(bestBare, secondsSince(bareStart));
    }
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const double megabytes = static_cast<double>(usage.ru_maxrss) / 1024;

    if (json) {
        std::printf("{\"benchmark\":\"backtest\",\"recorded_data\":%s,\"bars\":%llu,\"events\":%llu,\"fills\":%llu,"
                    "\"wall_seconds\":%.3f,\"cpu_seconds\":%.3f,\"wall_seconds_without_journal\":%.3f,"
                    "\"baseline_read_seconds\":%.3f,\"ratio_to_read\":%.2f,\"bars_per_second\":%.0f,"
                    "\"peak_rss_mb\":%.1f}\n",
                    recorded ? "true" : "false", static_cast<unsigned long long>(result.performance.bars),
                    static_cast<unsigned long long>(result.events),
                    static_cast<unsigned long long>(result.performance.fills), best, cpu, bestBare, bestRead,
                    best / bestRead, static_cast<double>(result.performance.bars) / best, megabytes);
    } else {
        std::printf(
            "%llu %s bars, three agents, journal on   %.3f s wall (%.3f s of processor), %.0f bars/s, peak %.0f MB\n"
            "without journal                          %.3f s\n"
            "baseline, reading the file alone         %.3f s\n",
            static_cast<unsigned long long>(result.performance.bars), recorded ? "recorded" : "made", best, cpu,
            static_cast<double>(result.performance.bars) / best, megabytes, bestBare, bestRead);
    }
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    return benchmarkMain("bench_backtest", argc, argv, measure);
}
