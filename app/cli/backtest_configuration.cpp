// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/backtest_configuration.h"

#include "runtime/assembly.h"

#include <QtCore/QFileInfo>

#include <algorithm>
#include <sstream>

namespace coinswarm::cli {

namespace {

constexpr const char *kDecisionInterval = "engine.decision_interval";
constexpr const char *kIntervals = "engine.intervals";

std::vector<std::string> split(const std::string &text)
{
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, ',');) {
        if (!part.empty()) {
            parts.push_back(part);
        }
    }
    return parts;
}

bool isSet(const config::Loaded &loaded, const char *key)
{
    return std::any_of(loaded.values.begin(), loaded.values.end(), [&](const config::EffectiveValue &value) {
        return value.key == key && value.origin.kind != config::Origin::Kind::Default;
    });
}

/// Switches on exactly the named agents. A plugin that has no section yet gets one with the default weight.
Result<std::vector<std::string>> agentOverrides(const std::vector<std::string> &named,
                                                const config::Configuration &configuration,
                                                const plugins::PluginHost &plugins)
{
    std::vector<std::string> known;
    for (const config::AgentConfiguration &agent : configuration.agents) {
        known.push_back(agent.name);
    }
    for (const api::PluginInfo &plugin : plugins.list()) {
        if (plugin.kind == "agent" && std::find(known.begin(), known.end(), plugin.id) == known.end()) {
            known.push_back(plugin.id);
        }
    }
    for (const std::string &name : named) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            const std::string near = nearestWord(name, known);
            std::string all;
            for (const std::string &agent : known) {
                all += (all.empty() ? "" : ", ") + agent;
            }
            return invalid("there is no agent " + name + (near.empty() ? "" : "; did you mean " + near + "?")
                           + " Known agents: " + all);
        }
    }
    std::vector<std::string> overrides;
    for (const std::string &name : named) {
        overrides.push_back("agents." + name + ".enabled=true");
    }
    for (const config::AgentConfiguration &agent : configuration.agents) {
        if (std::find(named.begin(), named.end(), agent.name) == named.end()) {
            overrides.push_back("agents." + agent.name + ".enabled=false");
        }
    }
    return overrides;
}

Result<config::Loaded> load(const Invocation &invocation, const std::vector<std::string> &own)
{
    std::vector<std::string> overrides = own;
    const std::vector<std::string> given = invocation.values("set");
    overrides.insert(overrides.end(), given.begin(), given.end());
    Result<config::Loaded> loaded = config::loadConfigurationFile(invocation.value("config"), overrides);
    if (loaded.ok() && !loaded->ok()) {
        return invalid(config::problemsText(loaded->problems));
    }
    return loaded;
}

/// The length of the feed's bars; nothing for trades and quotes.
Result<std::optional<Interval>> barInterval(Feed &feed)
{
    std::vector<MarketEvent> first(1);
    const Result<std::size_t> count = feed.read(first);
    if (!count.ok()) {
        return count.error();
    }
    const auto *candle = *count == 0 ? nullptr : std::get_if<Candle>(&first.front());
    return candle == nullptr ? std::optional<Interval>() : std::optional<Interval>(candle->interval);
}

Result<void> requireData(const Invocation &invocation)
{
    const std::string file = invocation.value("data");
    if (file.empty()) {
        return invalid("--data FILE is missing: the CSV or CSV.gz file with the recorded market");
    }
    if (!QFileInfo::exists(QString::fromStdString(file))) {
        return Error{ErrorKind::Environment, "there is no file " + file};
    }
    return {};
}

std::string seconds(Interval interval)
{
    return std::to_string(interval.seconds) + "s";
}

} // namespace

std::vector<Option> replayOptions()
{
    return {
        {QStringLiteral("data"), QStringLiteral("FILE"), QStringLiteral("CSV or CSV.gz of candles or trades.")},
        {QStringLiteral("symbol"), QStringLiteral("SYMBOL"),
         QStringLiteral("What is traded, as BTC-USDT; default: guessed from the file's name.")},
        {QStringLiteral("from"), QStringLiteral("TIME"), QStringLiteral("First moment that is played, ISO 8601.")},
        {QStringLiteral("to"), QStringLiteral("TIME"), QStringLiteral("First moment that is not played any more.")},
        {QStringLiteral("defects"), QStringLiteral("POLICY"),
         QStringLiteral("What to do about impossible rows: refuse (default), drop or repair.")},
    };
}

std::vector<Option> tradingOptions()
{
    return {
        {QStringLiteral("agents"), QStringLiteral("A,B,C"),
         QStringLiteral("Who votes; default: all that are configured.")},
        {QStringLiteral("fee-bps"), QStringLiteral("BPS"),
         QStringLiteral("Maker's and taker's fee in hundredths of a per cent.")},
        {QStringLiteral("cash"), QStringLiteral("AMOUNT"), QStringLiteral("Starting cash in the quote currency.")},
        {QStringLiteral("interval"), QStringLiteral("LENGTH"),
         QStringLiteral("Decide when such a bar closes, as 15m; default: the file's own bars.")},
        {QStringLiteral("config"), QStringLiteral("FILE"), QStringLiteral("Start from this configuration file.")},
        {QStringLiteral("set"), QStringLiteral("KEY=VALUE"), QStringLiteral("Change one key; may be repeated.")},
    };
}

std::vector<std::string> feedOverrides(const Invocation &invocation)
{
    std::vector<std::string> overrides{"feed.plugin=replay", "feed.settings.file=" + invocation.value("data")};
    for (const char *option : {"symbol", "from", "to", "defects"}) {
        if (invocation.has(option)) {
            overrides.push_back("feed.settings." + std::string(option) + '=' + invocation.value(option));
        }
    }
    return overrides;
}

Result<std::unique_ptr<Feed>> openReplay(const Invocation &invocation, plugins::PluginHost &plugins)
{
    if (const Result<void> data = requireData(invocation); !data.ok()) {
        return data.error();
    }
    config::Sources sources;
    sources.overrides = feedOverrides(invocation);
    const config::Loaded loaded = config::loadConfiguration(sources);
    return loaded.ok() ? runtime::openFeed(loaded.configuration, plugins)
                       : Result<std::unique_ptr<Feed>>(invalid(config::problemsText(loaded.problems)));
}

Result<config::Loaded> backtestConfiguration(const Invocation &invocation, plugins::PluginHost &plugins)
{
    if (const Result<void> data = requireData(invocation); !data.ok()) {
        return data.error();
    }
    std::vector<std::string> overrides = feedOverrides(invocation);
    if (invocation.has("fee-bps")) {
        overrides.push_back("venue.settings.maker_fee_bps=" + invocation.value("fee-bps"));
        overrides.push_back("venue.settings.taker_fee_bps=" + invocation.value("fee-bps"));
    }
    if (invocation.has("cash")) {
        overrides.push_back("engine.starting_cash=" + invocation.value("cash"));
    }
    if (invocation.has("interval")) {
        overrides.push_back(std::string(kDecisionInterval) + '=' + invocation.value("interval"));
    }
    Result<config::Loaded> loaded = load(invocation, overrides);
    if (!loaded.ok()) {
        return loaded;
    }
    if (invocation.has("agents")) {
        const Result<std::vector<std::string>> agents =
            agentOverrides(split(invocation.value("agents")), loaded->configuration, plugins);
        if (!agents.ok()) {
            return agents.error();
        }
        overrides.insert(overrides.end(), agents->begin(), agents->end());
    }
    const Result<std::unique_ptr<Feed>> feed = runtime::openFeed(loaded->configuration, plugins);
    if (!feed.ok()) {
        return feed.error();
    }
    const Result<std::optional<Interval>> bars = barInterval(**feed);
    if (!bars.ok()) {
        return bars.error();
    }
    if (*bars) {
        const bool decided = isSet(*loaded, kDecisionInterval);
        const Interval decision = decided ? loaded->configuration.engine.decisionInterval : **bars;
        if (!decided) {
            overrides.push_back(std::string(kDecisionInterval) + '=' + seconds(decision));
        }
        if (!isSet(*loaded, kIntervals)) {
            overrides.push_back(std::string(kIntervals) + '=' + seconds(**bars)
                                + (decision == **bars ? "" : "," + seconds(decision)));
        }
    }
    return load(invocation, overrides);
}

} // namespace coinswarm::cli
