// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/config_docs.h"
#include "config/config_loader.h"
#include "config/key_table.h"
#include "config/secret_names.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::api;
using namespace coinswarm::config;
using namespace coinswarm::trading;

namespace {

Loaded load(const std::string &text, std::vector<std::pair<std::string, std::string>> environment = {},
            std::vector<std::string> overrides = {})
{
    Sources sources;
    sources.fileName = "c.toml";
    sources.fileText = text;
    sources.environment = std::move(environment);
    sources.overrides = std::move(overrides);
    return loadConfiguration(sources);
}

QString problemsOf(const Loaded &loaded)
{
    return QString::fromStdString(problemsText(loaded.problems));
}

std::string originOf(const Loaded &loaded, const std::string &key)
{
    for (const EffectiveValue &value : loaded.values) {
        if (value.key == key) {
            return value.value + " from " + toString(value.origin);
        }
    }
    return "absent";
}

} // namespace

class TestConfig : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anEmptyFileIsTheDefaults();
    void everyLimitHasAKeyWithARangeThatExcludesZero();
    void everyDefaultIsWithinItsRange();
    void mistakesAreNamedWithTheirPlace_data();
    void mistakesAreNamedWithTheirPlace();
    void allMistakesAreReportedInTheOrderOfTheFile();
    void decimalsStayExact();
    void durationsRoundTrip();
    void agentsAreAddedAndChangedByName();
    void weightsAreScaledToOne();
    void instrumentsOverrideWhatTheFeedSays();
    void laterSourcesWin();
    void aVariableWithOneUnderscoreIsNotIgnored();
    void secretsAreRefusedAndNeverRepeated_data();
    void secretsAreRefusedAndNeverRepeated();
    void pluginSettingsAreCheckedWithTheirPlace();
    void theSameSourcesGiveTheSameHash();
    void effectiveValuesLoadAgainToTheSame();
    void theTemplateChangesNothing();
    void theTemplateWithoutItsCommentSignsLoads();
    void theDocumentationOnDiskIsTheGeneratedOne();
    void loadingIsFast();
};

void TestConfig::anEmptyFileIsTheDefaults()
{
    const Loaded loaded = load({});
    QVERIFY2(loaded.ok(), qPrintable(problemsOf(loaded)));
    const Configuration &c = loaded.configuration;
    QVERIFY(c.session.mode == TradingMode::Paper);
    QCOMPARE(c.engine.decisionInterval.seconds, 60);
    QCOMPARE(c.engine.intervals.size(), std::size_t{3});
    QCOMPARE(c.committeeAgents().size(), std::size_t{3});
    QCOMPARE(c.risk, RiskLimits());
    QCOMPARE(c.approval, ApprovalPolicy());
    QCOMPARE(originOf(loaded, "engine.decision_interval"), std::string("\"1m\" from default"));
}

void TestConfig::everyLimitHasAKeyWithARangeThatExcludesZero()
{
    Configuration configuration;
    const KeyTable table = keyTable(configuration);
    int limits = 0;
    const auto visit = [&](std::string_view name, const auto &) {
        ++limits;
        const Key *key = table.find("risk." + std::string(name));
        QVERIFY2(key != nullptr && !key->minimum.empty() && key->minimum != "0", std::string(name).c_str());
        const Loaded loaded = load("[risk]\n" + std::string(name) + " = 0\n");
        QVERIFY2(!loaded.ok(), std::string(name).c_str());
    };
    RiskLimits::fields(configuration.risk, visit);
    QVERIFY(limits >= 12);
}

void TestConfig::everyDefaultIsWithinItsRange()
{
    Configuration configuration;
    const KeyTable table = keyTable(configuration);
    QVERIFY(table.keys.size() > 50);
    for (const Key &key : table.keys) {
        QVERIFY2(!key.documentation.empty(), key.path.c_str());
        const std::string section = key.path.substr(0, key.path.rfind('.'));
        const Loaded loaded = load('[' + section + "]\n" + key.path.substr(section.size() + 1) + " = " + rendered(key));
        QVERIFY2(loaded.ok(), qPrintable(problemsOf(loaded)));
    }
}

void TestConfig::mistakesAreNamedWithTheirPlace_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("unknown key") << "[engine]\ndecision_intervall = \"5m\""
                                 << "c.toml:2:1: engine.decision_intervall: unknown key; did you mean "
                                    "engine.decision_interval?\n";
    QTest::newRow("unknown section") << "[enginee]\n"
                                     << "c.toml:1:2: enginee: unknown section; did you mean engine?\n";
    QTest::newRow("far from anything") << "zzzzzzzzzzzzzzzzzzzz = 1"
                                       << "c.toml:1:1: zzzzzzzzzzzzzzzzzzzz: unknown key\n";
    QTest::newRow("wrong type")
        << "[committee]\n\nthreshold = \"high\""
        << "c.toml:3:13: committee.threshold: expected a number, from 0.01 to 1, found \"high\"\n";
    QTest::newRow("out of range")
        << "[risk]\nmax_daily_loss = 1.5"
        << "c.toml:2:18: risk.max_daily_loss: expected a decimal such as \"0.001\" with at most "
           "eight decimals, from 0.00000001 to 1, found 1.5\n";
    QTest::newRow("not a number") << "[committee]\nthreshold = nan"
                                  << "c.toml:2:13: committee.threshold: expected a number, from 0.01 to 1, found nan\n";
    QTest::newRow("too many decimals")
        << "[risk]\nmax_daily_loss = 0.123456789"
        << "c.toml:2:18: risk.max_daily_loss: expected a decimal such as \"0.001\" with at "
           "most eight decimals, from 0.00000001 to 1, found 0.123456789\n";
    QTest::newRow("wrong choice")
        << "[approval]\nrule = \"some\""
        << "c.toml:2:8: approval.rule: expected one of none, above_notional, all, found \"some\"\n";
    QTest::newRow("backtest is no mode")
        << "[session]\nmode = \"backtest\""
        << "c.toml:2:8: session.mode: expected one of paper, live, found \"backtest\"\n";
    QTest::newRow("duration without unit")
        << "[engine]\nagent_deadline = 250"
        << "c.toml:2:18: engine.agent_deadline: expected a duration such as \"250ms\", "
           "\"60s\", \"5m\", \"1h\" or \"1d\", from 1ms to 60s, found 250\n";
    QTest::newRow("element of a list")
        << "[engine]\nintervals = [\"60s\", \"500ms\"]"
        << "c.toml:2:13: engine.intervals: expected a list of durations in whole seconds "
           "such as [\"60s\", \"5m\"], from 1s to 1d, found \"500ms\"\n";
    QTest::newRow("port") << "[control]\nport = 65536"
                          << "c.toml:2:8: control.port: expected an integer, from 0 to 65535, found 65536\n";
    QTest::newRow("not loopback")
        << "[control]\naddress = \"0.0.0.0\""
        << "c.toml:2:11: control.address: expected one of 127.0.0.1, ::1, found \"0.0.0.0\"\n";
    QTest::newRow("section as a key")
        << "engine = 5"
        << "c.toml:1:1: engine: is a section, not a key; write [engine] and its keys below it\n";
    QTest::newRow("symbol") << "[instruments.BTC]\ntick = 1"
                            << "c.toml:2:1: instruments.BTC: expected a symbol such as BTC-USDT\n";
    QTest::newRow("live is not armed")
        << "[session]\nmode = \"live\"\n[venue]\nplugin = \"x\""
        << "c.toml:2:8: session.mode: live trades real money and needs live.armed = true as "
           "well; \"paper\" does not\n";
    QTest::newRow("live at a simulated venue") << "[session]\nmode = \"live\"\n[live]\narmed = true"
                                               << "c.toml:2:8: session.mode: live needs a venue that trades, but "
                                                  "venue.plugin is \"simulated_venue\"; choose a "
                                                  "live venue's plugin or mode \"paper\"\n";
    QTest::newRow("nobody votes") << "[agents.trend]\nenabled=false\n[agents.mean_reversion]\nenabled=false\n"
                                     "[agents.risk]\nweight = 0"
                                  << "agents: none is enabled with a weight above 0, so nothing would ever be traded; "
                                     "enable one\n";
    QTest::newRow("too few voters")
        << "[committee]\nminimum_voters = 4"
        << "c.toml:2:18: committee.minimum_voters: 4 voters are asked for, but only 3 agents "
           "are enabled, so nothing would ever be traded\n";
    QTest::newRow("after umlauts, columns are characters")
        << "feed = { settings = { name = \"Grüße\" }, speeed = 1 }"
        << "c.toml:1:41: feed.speeed: unknown key; did you mean feed.speed?\n";
}

void TestConfig::mistakesAreNamedWithTheirPlace()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(problemsOf(load(text.toStdString())), expected);
}

void TestConfig::allMistakesAreReportedInTheOrderOfTheFile()
{
    const Loaded loaded = load("[risk]\nmax_drawdown = 2\nmax_open_orders = \"x\"\n[engine]\nfoo = 1\n[committee]\n"
                               "threshold = true\n",
                               {{"COINSWARM_ENGINE__BAR", "1"}}, {"risk.max_drawdown=-1", "nonsense"});
    QCOMPARE(loaded.problems.size(), std::size_t{7});
    QCOMPARE(loaded.problems[0].origin.line, 2U);
    QCOMPARE(loaded.problems[3].origin.line, 7U);
    QVERIFY(loaded.problems[4].origin.kind == Origin::Kind::Environment);
    QVERIFY(loaded.problems[6].origin.kind == Origin::Kind::CommandLine);

    const Loaded malformed = load("[engine]\ndecision_interval = \n");
    QCOMPARE(malformed.problems.size(), std::size_t{1});
    QCOMPARE(malformed.problems[0].origin.line, 2U);
    QVERIFY(problemsOf(malformed).contains(QStringLiteral("this is not TOML")));
}

void TestConfig::decimalsStayExact()
{
    const Loaded loaded = load("[engine]\nstarting_cash = 1234567.12345678\n[risk]\nmax_daily_loss = 1e-3\n"
                               "max_position_notional = 90_071.99254741\nmax_order_notional = \"0.1\"\n");
    QVERIFY2(loaded.ok(), qPrintable(problemsOf(loaded)));
    QCOMPARE(loaded.configuration.engine.startingCash.raw, 123456712345678LL);
    QCOMPARE(loaded.configuration.risk.maxDailyLoss.raw, 100000LL);
    QCOMPARE(loaded.configuration.risk.maxPositionNotional.raw, 9007199254741LL);
    QCOMPARE(loaded.configuration.risk.maxOrderNotional.raw, 10000000LL);
}

void TestConfig::durationsRoundTrip()
{
    for (const char *text : {"1d", "36h", "90m", "61s", "250ms", "1500us", "7ns", "0s"}) {
        const Result<Duration> duration = parseDuration(text);
        QVERIFY2(duration.ok(), text);
        QCOMPARE(durationText(*duration), std::string(text));
    }
    for (const char *text : {"", "s", "1", "-1s", "1.5s", "1 s", "1S", "9223372036855s", "99999999999999999999s"}) {
        QVERIFY2(!parseDuration(text).ok(), text);
    }
}

void TestConfig::agentsAreAddedAndChangedByName()
{
    const Loaded loaded =
        load("[agents.zeta]\n[agents.alpha]\nplugin = \"trend\"\nweight = 0.5\n[agents.alpha.settings]\n"
             "fast = 5\n[agents.risk]\nenabled = false\n");
    QVERIFY2(loaded.ok(), qPrintable(problemsOf(loaded)));
    std::string order;
    for (const AgentConfiguration &agent : loaded.configuration.committeeAgents()) {
        order += agent.name + '/' + agent.plugin + ' ';
    }
    QCOMPARE(order, std::string("trend/trend mean_reversion/mean_reversion zeta/zeta alpha/trend "));
    QCOMPARE(loaded.configuration.agents.back().settings.at("fast").text, std::string("5"));
}

void TestConfig::weightsAreScaledToOne()
{
    const Loaded loaded = load("[agents.trend]\nweight = 1\n[agents.mean_reversion]\nweight = 0.5\n[agents.risk]\n"
                               "weight = 0.5\n");
    QVERIFY(loaded.ok());
    const std::vector<AgentConfiguration> agents = loaded.configuration.committeeAgents();
    QCOMPARE(agents[0].weight, 0.5);
    QCOMPARE(agents[1].weight, 0.25);
    QCOMPARE(loaded.configuration.agents[0].weight, 1.0);
}

void TestConfig::instrumentsOverrideWhatTheFeedSays()
{
    const Loaded loaded = load("[instruments.BTC-USDT]\ntick = \"0.5\"\nshort_allowed = true\n");
    QVERIFY2(loaded.ok(), qPrintable(problemsOf(loaded)));
    const InstrumentConfiguration *rules = loaded.configuration.instrument("BTC-USDT");
    QVERIFY(rules != nullptr);
    QVERIFY(loaded.configuration.instrument("ETH-USDT") == nullptr);
    const Instrument before;
    const Instrument after = rules->appliedTo(before);
    QCOMPARE(after.tick.raw, 50000000LL);
    QVERIFY(after.shortAllowed);
    QCOMPARE(after.lot.raw, before.lot.raw);
}

void TestConfig::laterSourcesWin()
{
    const std::string file = "[engine]\ndecision_interval = \"5m\"\n[feed]\nspeed = 2\n";
    const Loaded loaded = load(file,
                               {{"COINSWARM_ENGINE__DECISION_INTERVAL", "15m"},
                                {"COINSWARM_FEED__SPEED", "max"},
                                {"COINSWARM_FEED__SETTINGS__SEED", "7"},
                                {"COINSWARM_INSTRUMENTS__ETH_USDT__LOT", "0.1"},
                                {"COINSWARM_SHARED_DATA", "/somewhere"},
                                {"HOME", "/root"}},
                               {"engine.decision_interval=30m", "engine.intervals=60s,5m"});
    QVERIFY2(loaded.ok(), qPrintable(problemsOf(loaded)));
    QCOMPARE(originOf(loaded, "engine.decision_interval"),
             std::string("\"30m\" from command line --set engine.decision_interval"));
    QCOMPARE(originOf(loaded, "feed.speed"), std::string("\"max\" from environment COINSWARM_FEED__SPEED"));
    QCOMPARE(originOf(loaded, "feed.settings.seed"), std::string("7 from environment COINSWARM_FEED__SETTINGS__SEED"));
    QCOMPARE(originOf(load(file), "feed.speed"), std::string("2 from c.toml:4:9"));
    QCOMPARE(originOf(loaded, "engine.intervals"),
             std::string("[\"1m\", \"5m\", \"30m\"] from command line --set engine.intervals"));
    QVERIFY(loaded.configuration.instrument("ETH-USDT") != nullptr);
}

void TestConfig::aVariableWithOneUnderscoreIsNotIgnored()
{
    const Loaded loaded = load({}, {{"COINSWARM_RISK_MAX_DRAWDOWN", "0.1"}});
    QVERIFY(problemsOf(loaded).contains(QStringLiteral("did you mean COINSWARM_RISK__MAX_DRAWDOWN?")));
}

void TestConfig::secretsAreRefusedAndNeverRepeated_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("plugin") << "[venue.settings]\napi_key = \"hunter2\"";
    QTest::newRow("unknown") << "[control]\ntoken = \"hunter2\"";
    QTest::newRow("top") << "password = \"hunter2\"";
    QTest::newRow("agent") << "[agents.trend.settings]\nclient-secret = \"hunter2\"";
    QTest::newRow("pem") << "[feed.settings]\nx = \"\"\"-----BEGIN EC PRIVATE KEY-----\nhunter2\"\"\"";
    QTest::newRow("known key") << "[session]\nname = \"-----BEGIN PRIVATE KEY-----hunter2\"";
}

void TestConfig::secretsAreRefusedAndNeverRepeated()
{
    QFETCH(QString, text);
    const Loaded loaded = load(text.toStdString());
    QCOMPARE(loaded.problems.size(), std::size_t{1});
    QVERIFY2(problemsOf(loaded).contains(QStringLiteral("mode 0600")), qPrintable(problemsOf(loaded)));
    QVERIFY(!problemsOf(loaded).contains(QStringLiteral("hunter2")));
    QVERIFY(!QString::fromStdString(effectiveText(loaded)).contains(QStringLiteral("hunter2")));
    for (const char *name : {"token_file", "api_key_file", "keyboard", "tokenizer", "primary_key"}) {
        QVERIFY2(!looksSecret(name), name);
    }
}

void TestConfig::pluginSettingsAreCheckedWithTheirPlace()
{
    const std::vector<SettingSpec> specs{{"seed", "", std::int64_t{1}, 0, 100, {}},
                                         {"noise", "", 0.5, 0, 1, {}},
                                         {"kind", "", std::string("calm"), 0, -1, {"calm", "wild"}}};
    const Loaded loaded =
        load("[feed.settings]\nseed = 500\nnoise = 1\nkind = [1]\nsede = 1\n", {}, {"feed.settings.noise=0.25"});
    QVERIFY(loaded.ok());
    std::vector<Problem> problems;
    const Settings settings =
        checkedPluginSettings("feed.settings", loaded.configuration.feed.settings, specs, problems);
    QCOMPARE(settings.integer("seed"), std::int64_t{1});
    QCOMPARE(settings.real("noise"), 0.25);
    QCOMPARE(problems.size(), std::size_t{3});
    const QString text = QString::fromStdString(problemsText(problems));
    QVERIFY2(text.contains(QStringLiteral("c.toml:2:8: feed.settings: key \"seed\" must be between")),
             qPrintable(text));
    QVERIFY2(text.contains(QStringLiteral("c.toml:4:8: feed.settings.kind: expected")), qPrintable(text));
    QVERIFY2(text.contains(QStringLiteral("did you mean \"seed\"?")), qPrintable(text));
}

void TestConfig::theSameSourcesGiveTheSameHash()
{
    const std::string a = "[engine]\nintervals = [\"1h\", \"60s\", \"60s\"]\n[risk]\nmax_drawdown = 0.10\n";
    const std::string b =
        "# other order, other notation\n[risk]\nmax_drawdown = \"0.1\"\n[engine]\nintervals = [\"1m\", "
        "\"60m\"]\n";
    QCOMPARE(configurationHash(load(a)), configurationHash(load(b)));
    QVERIFY(configurationHash(load(a)) != configurationHash(load({})));
    QCOMPARE(configurationHash(load({})).size(), std::size_t{64});
}

void TestConfig::effectiveValuesLoadAgainToTheSame()
{
    const Loaded first = load("[agents.alpha]\n[feed.settings]\nseed = 3\nname = \"a \\\"b\\\" \\\\ c\"\n");
    QVERIFY2(first.ok(), qPrintable(problemsOf(first)));
    const Loaded second = load(effectiveText(first));
    QVERIFY2(second.ok(), qPrintable(problemsOf(second)));
    QCOMPARE(canonicalText(second), canonicalText(first));
}

void TestConfig::theTemplateChangesNothing()
{
    const Loaded loaded = load(configurationTemplate());
    QVERIFY2(loaded.ok(), qPrintable(problemsOf(loaded)));
    QCOMPARE(canonicalText(loaded), canonicalText(load({})));
}

void TestConfig::theTemplateWithoutItsCommentSignsLoads()
{
    std::string text;
    for (const QString &line : QString::fromStdString(configurationTemplate()).split(QLatin1Char('\n'))) {
        const bool value = line.contains(QStringLiteral(" = ")) && !line.endsWith(QChar(0x2026));
        const QString key = line.mid(2).section(QStringLiteral(" = "), 0, 0);
        const bool plain = value && line.startsWith(QStringLiteral("# ")) && !key.contains(QLatin1Char(' '));
        text += (plain ? line.mid(2) : line).toStdString() + '\n';
    }
    const Loaded loaded = load(text);
    QVERIFY2(loaded.ok(), qPrintable(problemsOf(loaded)));
    QCOMPARE(canonicalText(loaded), canonicalText(load({})));
    QVERIFY(originOf(loaded, "risk.max_drawdown").find("c.toml:") != std::string::npos);
}

void TestConfig::theDocumentationOnDiskIsTheGeneratedOne()
{
    QFile file(QStringLiteral(COINSWARM_SOURCE_DIR "/docs/configuration.md"));
    const QString generated = QString::fromStdString(configurationMarkdown());
    if (qEnvironmentVariableIsSet("COINSWARM_UPDATE_DOCS")) {
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(generated.toUtf8());
        file.close();
    }
    QVERIFY2(file.open(QIODevice::ReadOnly), "docs/configuration.md is missing");
    QVERIFY2(QString::fromUtf8(file.readAll()) == generated,
             "docs/configuration.md is not what the code says; run this test with COINSWARM_UPDATE_DOCS=1");
}

void TestConfig::loadingIsFast()
{
    std::string text = configurationTemplate();
    for (int i = 0; i < 50; ++i) {
        text += "[agents.a" + std::to_string(i) + "]\nplugin = \"trend\"\nweight = 0.01\n";
    }
    QElapsedTimer timer;
    timer.start();
    const Loaded loaded = load(text);
    const double milliseconds = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    QVERIFY2(loaded.ok(), qPrintable(problemsOf(loaded)));
    qInfo("loaded 53 agents and every key in %.2f ms", milliseconds);
    QVERIFY(milliseconds < 50);
}

QTEST_GUILESS_MAIN(TestConfig)
#include "tst_config.moc"
