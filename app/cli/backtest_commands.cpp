// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "backtest/backtest.h"
#include "cli/backtest_configuration.h"
#include "cli/exit_code.h"
#include "cli/plugin_access.h"
#include "cli/text_table.h"
#include "codec/json_writer.h"

#include <coinswarm/text.h>

#include <atomic>
#include <csignal>

namespace coinswarm::cli {

namespace {

std::atomic<bool> cancelled{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may set it");

void onInterrupt(int)
{
    cancelled = true;
}

template <class T>
QJsonValue orNull(const std::optional<T> &value)
{
    return value ? QJsonValue(*value) : QJsonValue();
}

QJsonObject toJson(const backtest::BacktestResult &result)
{
    const backtest::PerformanceReport &figures = result.performance;
    return {
        {QStringLiteral("bars"), static_cast<qint64>(figures.bars)},
        {QStringLiteral("events"), static_cast<qint64>(result.events)},
        {QStringLiteral("orders"), static_cast<qint64>(figures.orders)},
        {QStringLiteral("fills"), static_cast<qint64>(figures.fills)},
        {QStringLiteral("trades"), static_cast<qint64>(figures.trades)},
        {QStringLiteral("net_pnl"), codec::toJson(figures.netPnl)},
        {QStringLiteral("fees"), codec::toJson(figures.fees)},
        {QStringLiteral("sharpe"), orNull(figures.sharpe)},
        {QStringLiteral("max_drawdown"), figures.maxDrawdown},
        {QStringLiteral("win_rate"), orNull(figures.winRate)},
        {QStringLiteral("turnover"), figures.turnover},
        {QStringLiteral("avg_slippage_bps"), orNull(figures.averageSlippageBps)},
        {QStringLiteral("decisions_sha256"), QString::fromStdString(result.decisionsSha256)},
        {QStringLiteral("journal_head"),
         result.journalHead.empty() ? QJsonValue() : QJsonValue(QString::fromStdString(result.journalHead))},
        {QStringLiteral("wall_seconds"), result.wallSeconds},
        {QStringLiteral("events_per_second"), result.eventsPerSecond},
    };
}

std::string decimalsOrDash(const std::optional<double> &value, int count)
{
    return value ? decimals(*value, count) : std::string("–");
}

std::string readable(const backtest::BacktestResult &result)
{
    const backtest::PerformanceReport &figures = result.performance;
    TextTable table({"figure", "value"});
    table.addRow({"bars", decimals(static_cast<double>(figures.bars), 0)});
    table.addRow({"events", decimals(static_cast<double>(result.events), 0)});
    table.addRow({"orders sent", decimals(static_cast<double>(figures.orders), 0)});
    table.addRow({"fills", decimals(static_cast<double>(figures.fills), 0)});
    table.addRow({"trades, flat to flat", decimals(static_cast<double>(figures.trades), 0)});
    table.addRow({"net profit, after fees", decimals(figures.netPnl.toDouble(), 2)});
    table.addRow({"fees", decimals(figures.fees.toDouble(), 2)});
    table.addRow({"Sharpe ratio, yearly", decimalsOrDash(figures.sharpe, 2)});
    table.addRow({"largest drawdown, %", decimals(figures.maxDrawdown * 100, 2)});
    table.addRow({"winning trades, %", figures.winRate ? decimals(*figures.winRate * 100, 1) : std::string("–")});
    table.addRow({"turnover, × mean equity", decimals(figures.turnover, 2)});
    table.addRow({"slippage, bp", decimalsOrDash(figures.averageSlippageBps, 2)});
    table.addRow({"wall seconds", decimals(result.wallSeconds, 3)});
    table.addRow({"events per second", decimals(result.eventsPerSecond, 0)});
    return table.text() + "decisions " + result.decisionsSha256 + '\n'
        + (result.journalHead.empty() ? std::string() : "journal head " + result.journalHead + '\n');
}

void noteDefects(const std::vector<DataDefect> &defects, const Terminal &terminal)
{
    constexpr std::size_t kShown = 10'000;
    for (std::size_t i = 0; i < defects.size() && i < kShown; ++i) {
        terminal.note("line " + std::to_string(defects[i].line) + ": " + defects[i].what + " (" + defects[i].done
                      + ")");
    }
    if (defects.size() > kShown) {
        terminal.note("… and " + std::to_string(defects.size() - kShown) + " more defects in the data");
    }
}

int runIt(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    const Result<std::unique_ptr<plugins::PluginHost>> plugins = scannedPlugins(invocation, false);
    if (!plugins.ok()) {
        return terminal.fail(plugins.error());
    }
    Result<config::Loaded> loaded = backtestConfiguration(invocation, **plugins);
    if (!loaded.ok()) {
        return terminal.fail(loaded.error());
    }
    backtest::BacktestOptions options;
    options.configurationHash = config::configurationHash(*loaded);
    options.configuration = std::move(loaded->configuration);
    options.journalFolder = invocation.value("journal");
    options.fillsFile = invocation.value("fills");
    options.equityFile = invocation.value("equity");
    options.cancelled = &cancelled;
    options.onProgress = [&terminal](double share) { terminal.progress(std::min(share, 0.999), "backtest"); };
    options.onHang = [](const std::string &agent) {
        std::fputs(("coinswarm-cli: agent " + agent
                    + " has not come back for a minute; the run is given up. Its answer to this bar would be missing "
                      "from the result.\n")
                       .c_str(),
                   stderr);
        std::quick_exit(kFinding);
    };
    std::signal(SIGINT, onInterrupt);
    const Result<backtest::BacktestResult> result = backtest::runBacktest(options, **plugins);
    terminal.progress(1, "");
    if (!result.ok()) {
        return terminal.fail(result.error());
    }
    noteDefects(result->defects, terminal);
    if (terminal.json()) {
        terminal.printJson(toJson(*result));
    } else {
        terminal.print(readable(*result));
    }
    return kOk;
}

} // namespace

std::vector<Command> backtestCommands()
{
    Command command;
    command.name = QStringLiteral("backtest");
    command.summary = QStringLiteral("Trade a recorded market with the configured agents, as fast as possible.");
    command.options = replayOptions();
    for (const std::vector<Option> &more : {tradingOptions(), pluginOptions()}) {
        command.options.insert(command.options.end(), more.begin(), more.end());
    }
    command.options.push_back(
        {QStringLiteral("journal"), QStringLiteral("FOLDER"), QStringLiteral("Record everything there.")});
    command.options.push_back(
        {QStringLiteral("fills"), QStringLiteral("FILE"), QStringLiteral("Write the fills as CSV.")});
    command.options.push_back(
        {QStringLiteral("equity"), QStringLiteral("FILE"), QStringLiteral("Write equity per bar as CSV.")});
    command.remarks = QStringLiteral("The figures are defined in docs/performance-figures.md. Two runs with the same "
                                     "data, options and plugins give the\n"
                                     "same decisions_sha256 and the same journal_head.");
    command.examples = {
        QStringLiteral("backtest --data BTCUSDT_5m.csv.gz --symbol BTC-USDT --json"),
        QStringLiteral("backtest --data BTCUSDT_5m.csv.gz --agents trend,risk --fee-bps 10 --journal out/journal"),
        QStringLiteral("backtest --data trades.csv --interval 1m --from 2024-01-02 --to 2024-01-03 --fills fills.csv"),
    };
    command.run = runIt;
    return {command};
}

} // namespace coinswarm::cli
