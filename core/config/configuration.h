// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/trading_mode.h"
#include "decision/committee.h"
#include "trading/approval_policy.h"
#include "trading/risk_limits.h"

#include <coinswarm/decimal.h>
#include <coinswarm/fields.h>
#include <coinswarm/market_data.h>
#include <coinswarm/order.h>
#include <coinswarm/timestamp.h>

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What the configuration file says, typed and complete. The member initialisers are the defaults of the file format;
/// the table in config_keys.cpp gives each member its key, its range and its documentation.
namespace coinswarm::config {

enum class LogLevel : unsigned char { Debug, Info, Warning, Error };
enum class JournalSync : unsigned char { EveryGroup, OnClose };

constexpr auto enumNames(LogLevel)
{
    return std::array<std::string_view, 4>{"debug", "info", "warning", "error"};
}
constexpr auto enumNames(JournalSync)
{
    return std::array<std::string_view, 2>{"every_group", "on_close"};
}

/// Where a value came from: "default", "coinswarm.toml:12:8", "environment COINSWARM_ENGINE__SPEED",
/// "command line --set engine.speed".
struct Origin {
    enum class Kind : unsigned char { Default, File, Environment, CommandLine };

    Kind kind = Kind::Default;
    std::string name; ///< file, variable or option
    std::uint32_t line = 0; ///< files only, from 1
    std::uint32_t column = 0; ///< files only, from 1, in characters
};

std::string toString(const Origin &origin);

/// A value as it was written, before anybody knows its type. `text` is its source text, so that a decimal stays exact.
struct WrittenValue {
    enum class Kind : unsigned char {
        Boolean,
        Integer,
        Real,
        Text,
        List,
        Other,
        Untyped /* environment, command line */
    };

    Kind kind = Kind::Untyped;
    std::string text; ///< a text's content; otherwise as written
    std::vector<WrittenValue> elements; ///< of a list
    Origin origin;
};

/// Keys of a plugin's own settings. They are checked against the plugin's metadata by checkedPluginSettings().
using PluginSettings = std::map<std::string, WrittenValue, std::less<>>;

struct SessionConfiguration {
    api::TradingMode mode = api::TradingMode::Paper; ///< Paper or Live
    std::string name; ///< empty: made from mode and start time
    std::string dataFolder; ///< empty: the user's data folder, see paths.h
};

struct LiveConfiguration {
    bool armed = false; ///< real money may be traded
};

struct EngineConfiguration {
    Interval decisionInterval{60};
    std::vector<Interval> intervals{{60}, {300}, {3600}}; ///< ascending, without repeats, includes decisionInterval
    Duration agentDeadline = std::chrono::milliseconds(250);
    Money startingCash = Money::fromInteger(10'000);
    std::vector<std::string> indicators; ///< in addition to those that agents ask for
};

struct FeedConfiguration {
    std::string plugin = "simulated";
    double speed = -1; ///< session seconds per second; −1 ("default") = the feed's own, 0 ("max") = as fast as possible
    PluginSettings settings;
};

struct VenueConfiguration {
    std::string plugin = "simulated_venue";
    PluginSettings settings;
};

/// What the file says otherwise than the feed about one instrument.
struct InstrumentConfiguration {
    std::string symbol; ///< the section's name
    std::optional<Price> tick;
    std::optional<Quantity> lot;
    std::optional<Quantity> minimumQuantity;
    std::optional<Money> minimumNotional;
    std::optional<bool> shortAllowed;

    /// `instrument` with what is set here replaced.
    Instrument appliedTo(Instrument instrument) const;
};

struct AgentConfiguration {
    std::string name; ///< the section's name
    std::string plugin; ///< the plugin's id; defaults to the name
    bool enabled = true;
    double weight = 0.1; ///< 0 … 1 as written
    PluginSettings settings;
};

/// How decisions become orders.
struct OrdersConfiguration {
    OrderType entryType = OrderType::Market; ///< Market or Limit
    bool postOnly = false;
    Duration entryLifetime = std::chrono::minutes(5);
    bool allowPyramiding = false;
    Ratio feeRate = Ratio::fromRaw(100'000); ///< 0.001 = 10 bp
    bool keepProtectiveOnHalt = true;
    bool flattenWhenStopRefused = false;
};

struct JournalConfiguration {
    std::string folder; ///< holds one folder per session; empty: sessions/<name>/journal in the data folder
    std::int64_t segmentMebibytes = 256;
    JournalSync sync = JournalSync::EveryGroup;
};

struct ControlConfiguration {
    bool enabled = true;
    std::string address = "127.0.0.1"; ///< loopback only
    std::uint16_t port = 0; ///< 0 takes a free one
    std::string tokenFile; ///< empty: "control.token" in the user's state folder
};

/// A PostgreSQL server and how it is used. There is no password here: see passwordFile.
struct PostgresConfiguration {
    std::string host;
    std::uint16_t port = 5432;
    std::string database = "coinswarm";
    std::string user; ///< empty: the system's user
    std::string passwordFile; ///< empty: PGPASSWORD or ~/.pgpass
    std::string sslMode = "prefer";
    std::string sslRootCertificateFile; ///< empty: ~/.postgresql/root.crt
    std::string schema = "coinswarm";
    std::uint32_t poolSize = 2;
    Duration connectTimeout = std::chrono::seconds(5);
    Duration queryTimeout = std::chrono::seconds(10);
    std::int64_t bufferMebibytes = 1'024;
};

struct StorageConfiguration {
    std::string backend = "sqlite"; ///< "sqlite" or "postgresql"
    std::string file; ///< empty: "coinswarm.sqlite" in the data folder
    std::int64_t queueLimit = 200'000; ///< records that may wait for the disk
    PostgresConfiguration postgresql;
};

/// What the swarm remembers, and who decides about it.
struct MemoryConfiguration {
    bool enabled = true;
    std::string name = "swarm"; ///< of the cluster; one process at a time may use an embedded one
    std::string plugin = "embedded_memory";
    PluginSettings settings;
    std::int64_t managers = 4; ///< embedded in this process
    std::string bus; ///< plugin of the bus to managers elsewhere; empty: embedded
    PluginSettings busSettings;
    std::string genesis; ///< file of the cluster behind the bus
    std::int64_t logMebibytes = 8'192; ///< of the log of commits on the bus
};

struct LogConfiguration {
    LogLevel level = LogLevel::Info;
    std::string file; ///< empty: standard error
};

struct Configuration {
    Configuration();

    SessionConfiguration session;
    LiveConfiguration live;
    EngineConfiguration engine;
    FeedConfiguration feed;
    VenueConfiguration venue;
    std::vector<InstrumentConfiguration> instruments;
    std::vector<AgentConfiguration> agents; ///< trend, mean_reversion, risk, then others in the order of the file
    decision::CommitteeRules committee;
    trading::RiskLimits risk;
    OrdersConfiguration orders;
    trading::ApprovalPolicy approval;
    JournalConfiguration journal;
    ControlConfiguration control;
    StorageConfiguration storage;
    MemoryConfiguration memory;
    LogConfiguration log;

    /// Enabled agents with weights that sum to 1, in order. Never empty in a configuration that loaded.
    std::vector<AgentConfiguration> committeeAgents() const;
    /// The overrides for a symbol, or none.
    const InstrumentConfiguration *instrument(std::string_view symbol) const;
};

} // namespace coinswarm::config
