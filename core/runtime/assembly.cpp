// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "runtime/assembly.h"

#include "config/plugin_section.h"

#include <QtCore/QtGlobal>

namespace coinswarm::runtime {

namespace {

struct CheckedPlugin {
    plugins::GivenSettings settings;
    std::string text; ///< canonical, for the journal's header
    std::string sha256;
};

std::string textOf(const SettingValue &value)
{
    if (const auto *boolean = std::get_if<bool>(&value)) {
        return *boolean ? "true" : "false";
    }
    if (const auto *integer = std::get_if<std::int64_t>(&value)) {
        return std::to_string(*integer);
    }
    if (const auto *real = std::get_if<double>(&value)) {
        char text[32];
        std::snprintf(text, sizeof text, "%.17g", *real);
        return text;
    }
    return '"' + std::get<std::string>(value) + '"';
}

/// Collects what is wrong with plugin sections, so that a user sees all of it at once.
class PluginSections
{
public:
    explicit PluginSections(plugins::PluginHost &plugins) : m_plugins(plugins) {}

    CheckedPlugin check(const std::string &section, const std::string &id, const config::PluginSettings &written)
    {
        Result<plugins::GivenSettings> settings = config::pluginSection(m_plugins, section, id, written);
        if (!settings) {
            m_errors += settings.error().message + '\n';
            return {};
        }
        CheckedPlugin checked;
        checked.settings = std::move(*settings);
        checked.text = id + " {";
        for (const auto &[key, value] : checked.settings) {
            checked.text += (checked.text.back() == '{' ? "" : ", ") + key + " = " + textOf(value);
        }
        checked.text += '}';
        checked.sha256 = m_plugins.find(id).value_or(api::PluginInfo{}).sha256;
        return checked;
    }

    std::string takeErrors()
    {
        if (!m_errors.empty()) {
            m_errors.pop_back();
        }
        return std::move(m_errors);
    }

private:
    plugins::PluginHost &m_plugins;
    std::string m_errors;
};

/// What a taker pays: the venue's word, where its settings have one, so that the two never disagree.
Ratio takerFee(const plugins::GivenSettings &venue, Ratio configured)
{
    const auto found = venue.find("taker_fee_bps");
    const auto *bps = found == venue.end() ? nullptr : std::get_if<double>(&found->second);
    const Result<Ratio> rate = bps == nullptr ? Result<Ratio>(configured) : Ratio::fromDouble(*bps / 10'000);
    return rate.ok() && rate->isPositive() ? *rate : configured;
}

std::string buildText()
{
#if defined(__clang__)
    const std::string compiler = "clang " + std::to_string(__clang_major__);
#elif defined(__GNUC__)
    const std::string compiler = "gcc " + std::to_string(__GNUC__);
#else
    const std::string compiler = "msvc " + std::to_string(_MSC_VER);
#endif
    return compiler + ", Qt " QT_VERSION_STR;
}

} // namespace

Result<std::unique_ptr<Feed>> openFeed(const config::Configuration &configuration, plugins::PluginHost &plugins)
{
    const std::string &id = configuration.feed.plugin;
    const Result<plugins::GivenSettings> settings =
        config::pluginSection(plugins, "feed.settings", id, configuration.feed.settings);
    if (!settings.ok()) {
        return settings.error();
    }
    Result<std::unique_ptr<Feed>> feed = plugins.createFeed(id, *settings);
    if (feed.ok()) {
        if (const Result<void> opened = (*feed)->open(); !opened.ok()) {
            return opened.error();
        }
    }
    return feed;
}

std::vector<Instrument> instrumentsOf(const config::Configuration &configuration, const Feed &feed)
{
    std::vector<Instrument> instruments = feed.instruments();
    for (Instrument &instrument : instruments) {
        if (const config::InstrumentConfiguration *changes = configuration.instrument(instrument.symbol)) {
            instrument = changes->appliedTo(instrument);
        }
    }
    return instruments;
}

double sessionSpeed(const config::Configuration &configuration, const Feed &feed)
{
    return configuration.feed.speed < 0 ? feed.defaultSpeed() : configuration.feed.speed;
}

Result<Assembly> assemble(const config::Configuration &configuration, plugins::PluginHost &plugins,
                          const AssemblyOptions &options)
{
    PluginSections sections(plugins);
    const CheckedPlugin feed = sections.check("feed.settings", configuration.feed.plugin, configuration.feed.settings);
    const CheckedPlugin venue =
        sections.check("venue.settings", configuration.venue.plugin, configuration.venue.settings);
    const std::vector<config::AgentConfiguration> agents = configuration.committeeAgents();
    std::vector<CheckedPlugin> checkedAgents;
    for (const config::AgentConfiguration &agent : agents) {
        checkedAgents.push_back(sections.check("agents." + agent.name + ".settings", agent.plugin, agent.settings));
    }
    if (std::string errors = sections.takeErrors(); !errors.empty()) {
        return invalid(std::move(errors));
    }

    Assembly assembly;
    Result<std::unique_ptr<Feed>> opened = openFeed(configuration, plugins);
    if (!opened.ok()) {
        return opened.error();
    }
    assembly.feed = std::move(opened).value();

    engine::EngineConfig &engine = assembly.header.engine;
    engine.instruments = instrumentsOf(configuration, *assembly.feed);

    Result<std::unique_ptr<Venue>> madeVenue =
        plugins.createVenue(configuration.venue.plugin, venue.settings, options.venueFolder);
    if (!madeVenue.ok()) {
        return madeVenue.error();
    }
    assembly.venue = std::move(madeVenue).value();
    if (const Result<void> ready = assembly.venue->open(engine.instruments); !ready.ok()) {
        return ready.error();
    }

    engine.intervals = configuration.engine.intervals;
    engine.decisionInterval = configuration.engine.decisionInterval;
    engine.indicators = configuration.engine.indicators;
    engine.committee = configuration.committee;
    engine.agentDeadline =
        options.mode == api::TradingMode::Backtest ? Duration(0) : configuration.engine.agentDeadline;
    engine.memory = options.memory;
    engine.desk.mode = options.mode;
    engine.desk.startingCash = configuration.engine.startingCash;
    engine.desk.feeRate = takerFee(venue.settings, configuration.orders.feeRate);
    engine.desk.entryType = configuration.orders.entryType;
    engine.desk.postOnly = configuration.orders.postOnly;
    engine.desk.entryLifetime = configuration.orders.entryLifetime;
    engine.desk.allowPyramiding = configuration.orders.allowPyramiding;
    engine.desk.keepProtectiveOnHalt = configuration.orders.keepProtectiveOnHalt;
    engine.desk.flattenWhenStopRefused = configuration.orders.flattenWhenStopRefused;
    engine.desk.limits = configuration.risk;
    engine.desk.approvals = configuration.approval;
    if (options.mode == api::TradingMode::Backtest) {
        engine.desk.approvals.rule =
            trading::ApprovalRule::None; // Nobody is there to answer; every entry would expire.
    }
    engine.desk.orders.session = options.session;
    engine.desk.orders.auditInterval = std::chrono::seconds(options.mode == api::TradingMode::Backtest ? 0 : 60);
    for (std::size_t i = 0; i < agents.size(); ++i) {
        Result<std::unique_ptr<Agent>> agent = plugins.createAgent(agents[i].plugin, checkedAgents[i].settings);
        if (!agent.ok()) {
            return agent.error();
        }
        assembly.seats.push_back({agents[i].name, agents[i].plugin, std::move(agent).value()});
        engine::RosterEntry entry;
        entry.name = agents[i].name;
        entry.plugin = agents[i].plugin;
        entry.pluginSha256 = checkedAgents[i].sha256;
        entry.weight = agents[i].weight;
        entry.settings = checkedAgents[i].settings;
        engine.agents.push_back(std::move(entry));
    }

    assembly.header.session = options.session;
    assembly.header.version = COINSWARM_VERSION;
    assembly.header.build = buildText();
    assembly.header.configurationHash = options.configurationHash;
    assembly.header.feed = feed.text;
    assembly.header.feedSha256 = feed.sha256;
    assembly.header.venue = venue.text;
    assembly.header.venueSha256 = venue.sha256;
    return assembly;
}

Result<void> enrol(plugins::AgentPool &pool, engine::EngineConfig &config)
{
    const std::vector<Result<AgentSpec>> specs = pool.specs();
    for (std::size_t i = 0; i < specs.size(); ++i) {
        engine::RosterEntry &entry = config.agents[i];
        if (!specs[i].ok()) {
            return Error{specs[i].error().kind, "agent " + entry.name + ": " + specs[i].error().message};
        }
        entry.mayVeto = specs[i]->mayVeto;
        entry.warmupBars = specs[i]->warmupBars;
        entry.indicators = specs[i]->indicators;
        entry.historyBars = specs[i]->historyBars;
    }
    return {};
}

} // namespace coinswarm::runtime
