// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "plugins/plugin_host.h"
#include "plugins/setting_parser.h"

#include <coinswarm/market_state.h>

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QTemporaryDir>

#include <condition_variable>
#include <mutex>

namespace coinswarm::test {

/// A plugin folder and a state folder that last as long as the test.
class PluginFolders
{
public:
    std::string plugins() const { return path("plugins"); }
    std::string state() const { return path("state"); }

    /// Puts the library of a plugin from tests/plugins into the folder, under another name if given.
    bool add(const QString &name, const QString &as = {}) const
    {
        const QString file = name + QStringLiteral(".so");
        return QFile::copy(QStringLiteral(COINSWARM_BINARY_DIR "/tests/plugins/") + name + QLatin1Char('/') + file,
                           QString::fromStdString(plugins()) + QLatin1Char('/')
                               + (as.isEmpty() ? file : as + QStringLiteral(".so")));
    }

    bool write(const QString &name, const QByteArray &content) const
    {
        QFile file(QString::fromStdString(plugins()) + QLatin1Char('/') + name);
        return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
    }

    plugins::PluginHostOptions options() const
    {
        plugins::PluginHostOptions options;
        options.folders = {{plugins(), false}};
        options.stateFolder = state();
        return options;
    }

private:
    std::string path(const char *name) const
    {
        const QString folder = m_root.filePath(QString::fromLatin1(name));
        QDir().mkpath(folder);
        return folder.toStdString();
    }

    QTemporaryDir m_root;
};

/// Collects what several threads say and lets the test wait for it.
template <class T>
class Collector
{
public:
    void add(T value)
    {
        const std::lock_guard lock(m_mutex);
        m_values.push_back(std::move(value));
        m_change.notify_all();
    }

    /// All values once there are `count`; what there is after half a minute, which fails the test that compares.
    std::vector<T> wait(std::size_t count)
    {
        std::unique_lock lock(m_mutex);
        m_change.wait_for(lock, std::chrono::seconds(30), [&] { return m_values.size() >= count; });
        return m_values;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_change;
    std::vector<T> m_values;
};

/// The default settings in an agent's plugin.json.in, with some changed.
inline Settings agentSettings(const char *agent, const plugins::GivenSettings &given = {})
{
    QFile file(QStringLiteral(COINSWARM_SOURCE_DIR "/plugins/agents/") + QString::fromLatin1(agent)
               + QStringLiteral("/plugin.json.in"));
    if (!file.open(QIODevice::ReadOnly)) {
        qFatal("%s has no metadata", agent);
    }
    std::vector<std::string> problems;
    const auto specs = plugins::parseSettings(
        QJsonDocument::fromJson(file.readAll()).object().value(QStringLiteral("Settings")), problems);
    if (!problems.empty()) {
        qFatal("%s", problems.front().c_str());
    }
    return checkedSettings(specs, given).value();
}

/// A spot market in BTC-USDT at the close of a five-minute bar, with an account of 10,000 and nothing held.
struct Market {
    Instrument rules;
    MarketState state;

    explicit Market(const char *close = "100")
    {
        rules.id = InstrumentId(1);
        rules.symbol = "BTC-USDT";
        rules.base = "BTC";
        rules.quote = "USDT";
        state.ask = AskId(1);
        state.instrument = rules.id;
        state.candle.instrument = rules.id;
        state.candle.interval = Interval{300};
        state.candle.openTime = Timestamp::fromMilliseconds(1'700'000'100'000);
        setClose(close);
        state.now = state.candle.closeTime();
        state.bars = 1'000;
        state.account.startingCash = state.account.cash = state.account.equity = Money::fromInteger(10'000);
        state.account.peakEquity = state.account.dayStartEquity = state.account.equity;
        state.maximumPosition = Quantity::fromInteger(50);
        state.rules = &rules;
    }
    Market(const Market &) = delete;

    void setClose(const char *close)
    {
        const Price price = Price::parse(close).value();
        state.candle.open = state.candle.high = state.candle.low = state.candle.close = price;
    }
    void hold(const char *quantity) { state.position.quantity = Quantity::parse(quantity).value(); }

    /// Fills the slots in order.
    void read(std::initializer_list<double> values)
    {
        state.indicators = {};
        state.indicators.count = static_cast<std::uint32_t>(values.size());
        std::size_t slot = 0;
        for (const double value : values) {
            state.indicators.set(slot++, value);
        }
    }
};

} // namespace coinswarm::test
