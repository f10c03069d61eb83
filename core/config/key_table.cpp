// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/key_table.h"

#include <algorithm>

namespace coinswarm::config {

namespace {

template <class Enum>
EnumSlot namesOf(Enum &value)
{
    static_assert(sizeof(Enum) == 1);
    const auto &names = kEnumNames<Enum>;
    return {reinterpret_cast<unsigned char *>(&value), {names.begin(), names.end()}};
}

class Builder
{
public:
    void section(std::string name, std::string documentation)
    {
        m_prefix = name + '.';
        m_table.sections.push_back({std::move(name), std::move(documentation)});
    }

    template <class T>
    Key &key(std::string_view name, T &value, std::string documentation)
    {
        KeyTarget slot = [&]() -> KeyTarget {
            if constexpr (std::is_enum_v<T>) {
                return namesOf(value);
            } else {
                return &value;
            }
        }();
        m_table.keys.push_back({m_prefix + std::string(name), std::move(slot), std::move(documentation), {}, {}, {}});
        return m_table.keys.back();
    }

    Key &speed(std::string_view name, double &value, std::string documentation)
    {
        m_table.keys.push_back({m_prefix + std::string(name), SpeedSlot{&value}, std::move(documentation), {}, {}, {}});
        return m_table.keys.back();
    }

    KeyTable take() { return std::move(m_table); }

private:
    KeyTable m_table;
    std::string m_prefix;
};

void addEngine(Builder &b, EngineConfiguration &c)
{
    b.section("engine", "What the engine watches and when it asks the agents.");
    b.key("decision_interval", c.decisionInterval, "The agents are asked whenever a candle of this length closes.")
        .between("1s", "1d");
    b.key("intervals", c.intervals,
          "Lengths of the candles that are kept. The decision interval is always one of them.")
        .between("1s", "1d");
    b.key(
         "agent_deadline", c.agentDeadline,
         "An agent that has not voted by then abstains, and is benched if it never answers. Backtests do not apply it.")
        .between("1ms", "60s");
    b.key("starting_cash", c.startingCash, "Cash of a paper session, in the quote currency.")
        .between("1", "10000000000");
    b.key("indicators", c.indicators,
          "Indicators to compute in addition to those that agents ask for, as in \"rsi:14\" or \"macd:12:26:9\".");
}

void addRisk(Builder &b, trading::RiskLimits &c)
{
    b.section("risk", "Limits that no order passes. There is no way to switch one off: each is finite and above zero.");
    // Names come from the limits themselves, so that a limit without a key cannot exist.
    const auto visit = [&b]<class T>(std::string_view name, T &limit) {
        struct Line {
            std::string_view name;
            const char *documentation;
            const char *least;
            const char *most;
        };
        static const Line lines[] = {
            {"max_position_notional", "Largest position in one instrument at the last price, in the quote currency.",
             "0.00000001", "10000000000"},
            {"max_position_share", "The same as a share of equity (0.25 = 25 %). The smaller of the two binds.",
             "0.00000001", "100"},
            {"max_order_notional", "Largest order, in the quote currency.", "0.00000001", "10000000000"},
            {"max_gross_exposure", "All positions together, as a share of equity.", "0.00000001", "100"},
            {"max_loss_per_trade", "Share of equity that is lost if the protective stop fills.", "0.00000001", "1"},
            {"max_daily_loss", "Share of the equity at the start of the UTC day that may be lost in that day.",
             "0.00000001", "1"},
            {"max_drawdown", "Fall of equity from its running peak (not from the start), as a share of the peak.",
             "0.00000001", "1"},
            {"max_trades_per_day", "Entries per UTC day.", "1", "1000000"},
            {"max_orders_per_minute", "Orders sent in any 60 seconds.", "1", "100000"},
            {"max_open_orders", "Open and pending orders, protective orders included.", "1", "100000"},
            {"price_band_bps", "How far an order's price may be from the last trade, in hundredths of a per cent.", "1",
             "10000"},
            {"max_market_age",
             "The market is stale if the instrument has not traded for this long (and the interval, in a market of "
             "bars).",
             "1ms", "1d"},
        };
        const auto line =
            std::find_if(std::begin(lines), std::end(lines), [&](const Line &l) { return l.name == name; });
        if (line != std::end(lines)) {
            b.key(name, limit, line->documentation).between(line->least, line->most);
        } else {
            b.key(name, limit, "See docs/risk-limits.md.");
        }
    };
    trading::RiskLimits::fields(c, visit);
}

void addCommittee(Builder &b, decision::CommitteeRules &c)
{
    b.section("committee", "How votes become a decision.");
    b.key("threshold", c.threshold, "The weighted votes must reach this score to buy or, below its negative, to sell.")
        .between("0.01", "1");
    b.key("minimum_voters", c.minimumVoters, "Agents that must have voted; below that the committee holds.")
        .between("1", "1000");
}

void addOrders(Builder &b, OrdersConfiguration &c)
{
    b.section("orders", "How decisions become orders.");
    b.key("entry_type", c.entryType, "Entries are market orders, or limit orders at the near side of the quote.")
        .oneOf({"market", "limit"});
    b.key("post_only", c.postOnly, "Limit entries must not take liquidity.");
    b.key("entry_lifetime", c.entryLifetime, "A limit entry that is not filled by then is cancelled.")
        .between("1s", "30d");
    b.key("allow_pyramiding", c.allowPyramiding, "Whether a decision may add to a position.");
    b.key("fee_rate", c.feeRate,
          "The taker's fee (0.001 = 10 bp) that worst cases and the cash check assume. What is booked is the venue's.")
        .between("0", "0.1");
    b.key("keep_protective_on_halt", c.keepProtectiveOnHalt,
          "The kill switch leaves stops and targets in place: a position without its stop is more risk, not less.");
    b.key("flatten_when_stop_refused", c.flattenWhenStopRefused,
          "Leave the position at market if its stop is refused. Off: raise an alert and keep trying.");
}

void addApproval(Builder &b, trading::ApprovalPolicy &c)
{
    b.section("approval",
              "Which orders wait for an operator. Orders that only reduce risk never do; in live mode every "
              "entry does, whatever the rule says.");
    b.key("rule", c.rule, "No entry waits, those above the threshold do, or all.");
    b.key("threshold", c.threshold, "Rule above_notional: entries larger than this wait, in the quote currency.")
        .between("0.00000001", "10000000000");
    b.key("expiry", c.expiry,
          "An approval that nobody answers in this time of the wall clock expires; a market that is played as fast as "
          "possible counts it in session time.")
        .between("1s", "1d");
    b.key("band_bps", c.bandBps,
          "If the market moves further than this (hundredths of a per cent), the approval must be asked again.")
        .between("1", "9999");
    b.key("two_operators_above", c.twoOperatorsAbove, "Entries larger than this need two different operators.")
        .between("0.00000001", "10000000000");
}

void addPostgres(Builder &b, PostgresConfiguration &c)
{
    b.section("storage.postgresql",
              "The server, if storage.backend is \"postgresql\". Its password is not written here.");
    b.key("host", c.host, "A name, an address, or the folder of the Unix socket. Empty: the system's socket folder.");
    b.key("port", c.port, "The server's port.").between("1", "65535");
    b.key("database", c.database, "Must exist.");
    b.key("user", c.user, "Empty: the name of the system's user.");
    b.key("password_file", c.passwordFile,
          "A file with the password in its first line, mode 0600. Empty: PGPASSWORD or ~/.pgpass, or none.");
    b.key("sslmode", c.sslMode, "Whether the connection is encrypted and the server's certificate checked.")
        .oneOf({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"});
    b.key("ssl_root_certificate_file", c.sslRootCertificateFile,
          "Who may sign the server's certificate. Empty: ~/.postgresql/root.crt.");
    b.key("schema", c.schema, "Made if it does not exist: lower case letters, digits and underscores.");
    b.key("pool_size", c.poolSize, "Connections: one writes, the others read.").between("1", "16");
    b.key("connect_timeout", c.connectTimeout, "A server that takes longer to connect counts as away.")
        .between("2s", "60s");
    b.key("query_timeout", c.queryTimeout, "A statement that takes longer is ended and tried again.")
        .between("100ms", "10m");
    b.key("buffer_mebibytes", c.bufferMebibytes,
          "Size of the file that keeps what is due while the server is away. When it is full, trading stops.")
        .between("1", "1048576");
}

void addHouse(Builder &b, Configuration &c)
{
    b.section("journal", "The record of everything the engine was told. It grows by about 100 bytes per event.");
    b.key("folder", c.journal.folder,
          "Holds one folder per session. Empty: sessions/<name>/journal in the data folder.");
    b.key("segment_mebibytes", c.journal.segmentMebibytes, "Size at which a new file is begun.").between("1", "4096");
    b.key("sync", c.journal.sync,
          "Orders leave after their records are on disk (every_group), or the disk is left to itself until the end "
          "(on_close; refused in live mode).");
    b.section("control", "The door for the desktop and the command line: JSON-RPC over WebSocket with a token.");
    b.key("enabled", c.control.enabled, "Whether the door exists.");
    b.key("address", c.control.address, "Only this machine can reach it.").oneOf({"127.0.0.1", "::1"});
    b.key("port", c.control.port, "0 takes a free port and writes it beside the token.").between("0", "65535");
    b.key("token_file", c.control.tokenFile, "Empty: \"control.token\" in the state folder. Made with mode 0600.");
    b.section("storage", "The database of orders, fills, trades, explanations and of the swarm's memory.");
    b.key("backend", c.storage.backend,
          "A file of this machine, or a server: see [storage.postgresql] and docs/storage.md.")
        .oneOf({"sqlite", "postgresql"});
    b.key("file", c.storage.file, "SQLite's file. Empty: \"coinswarm.sqlite\" in the data folder.");
    b.key("queue_limit", c.storage.queueLimit,
          "Records that may wait for the disk. When it is full, trading stops: it would go unrecorded.")
        .between("1000", "10000000");
    addPostgres(b, c.storage.postgresql);
    b.section("log", "Messages for people.");
    b.key("level", c.log.level, "The least serious messages that are written.");
    b.key("file", c.log.file, "Empty: standard error.");
}

} // namespace

KeyTable keyTable(Configuration &c)
{
    Builder b;
    b.section("session", "What is run, and where it keeps its files.");
    b.key("mode", c.session.mode, "Paper trades at a simulated venue; live trades real money.")
        .oneOf({"paper", "live"});
    b.key("name", c.session.name, "Empty: made from the mode and the time of the start.");
    b.key("data_folder", c.session.dataFolder, "Empty: $XDG_DATA_HOME/coinswarm.");
    b.section("live", "The second key that live mode needs.");
    b.key("armed", c.live.armed, "Real money may be traded.");
    addEngine(b, c.engine);
    b.section("feed", "Where market data comes from. The plugin's own keys are in [feed.settings].");
    b.key("plugin", c.feed.plugin, "Id of a feed plugin; `coinswarm-cli plugins list` shows them.");
    b.speed("speed", c.feed.speed,
            "Session seconds per second; \"max\" is as fast as possible, \"default\" what the feed suggests.")
        .between("0.001", "1000000");
    b.section("venue", "Where orders go. The plugin's own keys are in [venue.settings].");
    b.key("plugin", c.venue.plugin, "Id of a venue plugin.");
    for (InstrumentConfiguration &instrument : c.instruments) {
        b.section("instruments." + instrument.symbol,
                  "Rules of one instrument, where they differ from what the feed says.");
        b.key("tick", instrument.tick, "Smallest price step.").between("0.00000001", "1000000");
        b.key("lot", instrument.lot, "Smallest quantity step.").between("0.00000001", "1000000");
        b.key("minimum_quantity", instrument.minimumQuantity, "Smallest order.").between("0", "1000000000");
        b.key("minimum_notional", instrument.minimumNotional, "Smallest order in the quote currency.")
            .between("0", "1000000000");
        b.key("short_allowed", instrument.shortAllowed, "Off: SELL reduces to flat, never below.");
    }
    for (AgentConfiguration &agent : c.agents) {
        b.section("agents." + agent.name,
                  "One agent of the committee. Its plugin's own keys are in [agents." + agent.name + ".settings].");
        b.key("plugin", agent.plugin, "Id of an agent plugin.");
        b.key("enabled", agent.enabled, "Whether it votes.");
        b.key("weight", agent.weight, "What its vote weighs. The weights of all enabled agents are scaled to sum to 1.")
            .between("0", "1");
    }
    b.section("memory",
              "What the swarm remembers. The plugin's own keys are in [memory.settings], the bus's in "
              "[memory.bus_settings].");
    b.key("enabled", c.memory.enabled, "Agents are shown similar episodes, and closed trades are proposed to memory.");
    b.key("name", c.memory.name,
          "Name of the cluster of memory managers. Embedded, it is a folder that one process at a "
          "time may use.");
    b.key("plugin", c.memory.plugin, "Id of a memory plugin, which finds similar episodes.");
    b.key("managers", c.memory.managers, "Managers embedded in this process; they share its fate.").between("1", "7");
    b.key("bus", c.memory.bus, "Id of the bus plugin behind which the managers are. Empty: they are embedded.");
    b.key("genesis", c.memory.genesis, "Genesis file of the cluster behind the bus.");
    b.key("log_mebibytes", c.memory.logMebibytes,
          "Size of the log of commits on the bus when it is made. A full one takes no commits any more.")
        .between("64", "1048576");
    addCommittee(b, c.committee);
    addRisk(b, c.risk);
    addOrders(b, c.orders);
    addApproval(b, c.approval);
    addHouse(b, c);
    return b.take();
}

Key &Key::between(std::string least, std::string most)
{
    minimum = std::move(least);
    maximum = std::move(most);
    return *this;
}

Key &Key::oneOf(std::vector<std::string> values)
{
    choices = std::move(values);
    return *this;
}

const Key *KeyTable::find(std::string_view path) const
{
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const Key &k) { return k.path == path; });
    return key == keys.end() ? nullptr : &*key;
}

std::vector<std::string> KeyTable::paths() const
{
    std::vector<std::string> paths;
    for (const Key &key : keys) {
        paths.push_back(key.path);
    }
    return paths;
}

} // namespace coinswarm::config
