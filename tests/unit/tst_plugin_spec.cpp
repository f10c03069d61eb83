// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/plugin_resolver.h"
#include "plugins/plugin_spec.h"

#include <coinswarm/plugin.h>

#include <QtCore/QJsonDocument>
#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::api;
using namespace coinswarm::plugins;

namespace {

const BuildTraits kHost{1, "6.4", "gcc"};

PluginSpec parse(const QByteArray &json)
{
    const QJsonObject metaData{{QStringLiteral("IID"), QStringLiteral(COINSWARM_PLUGIN_IID)},
                               {QStringLiteral("MetaData"), QJsonDocument::fromJson(json).object()}};
    return parsePluginMetadata(metaData, kHost);
}

QByteArray complete(const QByteArray &more = {})
{
    return R"({"Id":"trend","Name":"Trend","Version":"1.2.3","Kind":"agent","ApiVersion":1,"QtVersion":"6.4",
               "Compiler":"gcc-12")"
        + more + "}";
}

PluginSpec plugin(std::string id, std::string version, std::vector<PluginDependency> dependencies)
{
    PluginSpec spec;
    spec.id = std::move(id);
    spec.version = std::move(version);
    spec.file = "/plugins/" + spec.id + ".so";
    spec.dependencies = std::move(dependencies);
    spec.state = PluginState::Read;
    return spec;
}

std::string idsOf(const std::vector<PluginSpec> &specs)
{
    std::string ids;
    for (const PluginSpec &spec : specs) {
        ids += (ids.empty() ? "" : " ") + spec.id;
    }
    return ids;
}

} // namespace

class TestPluginSpec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void completeMetadataIsRead()
    {
        const PluginSpec spec = parse(complete(R"(,"Vendor":"V","License":"L","Description":"D",
            "Dependencies":[{"Id":"other","Version":"1.0"}],
            "Settings":[{"Key":"fast","Type":"integer","Default":10,"Minimum":2,"Maximum":50,"Description":"Bars"},
                        {"Key":"share","Type":"real","Default":0.5},
                        {"Key":"on","Type":"boolean","Default":true},
                        {"Key":"mode","Type":"text","Default":"a","Choices":["a","b"]}])"));
        QCOMPARE(spec.state, PluginState::Read);
        QCOMPARE(spec.reasons, std::vector<std::string>{});
        QCOMPARE(spec.id, std::string("trend"));
        QCOMPARE(spec.dependencies, (std::vector<PluginDependency>{{"other", "1.0"}}));
        QCOMPARE(spec.settings.size(), std::size_t{4});
        QCOMPARE(std::get<std::int64_t>(spec.settings[0].defaultValue), std::int64_t{10});
        QCOMPARE(spec.settings[0].maximum, 50.0);
        QCOMPARE(std::get<bool>(spec.settings[2].defaultValue), true);
        QCOMPARE(spec.settings[3].choices, (std::vector<std::string>{"a", "b"}));
        const PluginInfo info = spec.info();
        QCOMPARE(info.settings[0].minimum, std::string("2"));
        QCOMPARE(info.settings[1].type, std::string("real"));
        QCOMPARE(info.settings[1].defaultValue, std::string("0.5"));
        QCOMPARE(info.settings[1].minimum, std::string());
    }

    void allReasonsAreCollected()
    {
        const PluginSpec spec = parse(R"({"Id":"Trend!","Kind":"banana","Version":"one","ApiVersion":99,
            "QtVersion":"5.15","Compiler":"msvc-19","Dependencies":[{"Id":"x"}],
            "Settings":[{"Key":"fast","Type":"integer","Default":"ten"},{"Type":"real","Default":1}]})");
        QCOMPARE(spec.state, PluginState::Invalid);
        const std::vector<std::string> expected{
            "\"Name\" is missing from its metadata.",
            "Its id \"Trend!\" may only have small letters, digits and underscores.",
            "Its version \"one\" is not a number such as 1.2.0.",
            "Its kind \"banana\" is none of agent, feed, venue, bus, memory, backend.",
            "It was built for plugin interface 99; this program has 1. Build it again with this program's SDK.",
            "It was built with Qt 5.15; this program uses Qt 6.4.",
            "It was compiled with msvc-19; this program with gcc.",
            "A dependency in its metadata needs an \"Id\" and a \"Version\" such as 1.0.",
            "Setting \"fast\" needs a \"Type\" (boolean, integer, real or text) and a \"Default\" of that type.",
            "A setting in its metadata has no \"Key\".",
        };
        QCOMPARE(spec.reasons, expected);
    }

    void emptyMetadataSaysWhatIsMissing()
    {
        const PluginSpec spec = parse("{}");
        QCOMPARE(spec.state, PluginState::Invalid);
        QCOMPARE(spec.reasons.size(), std::size_t{7}); // id, name, version, kind, api, qt, compiler
    }

    void foreignPluginsAreNamed()
    {
        const PluginSpec spec = parsePluginMetadata({{QStringLiteral("IID"), QStringLiteral("org.qt.Style")}}, kHost);
        QCOMPARE(spec.state, PluginState::Invalid);
        QCOMPARE(spec.reasons, std::vector<std::string>{"It is a plugin for something else (org.qt.Style)."});
    }

    void settingsThatContradictThemselvesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("setting");
        QTest::newRow("default out of range")
            << QByteArray(R"({"Key":"a","Type":"integer","Default":1,"Minimum":2,"Maximum":3})");
        QTest::newRow("half a range") << QByteArray(R"({"Key":"a","Type":"integer","Default":1,"Minimum":0})");
        QTest::newRow("range of a text") << QByteArray(
            R"({"Key":"a","Type":"text","Default":"x","Minimum":0,"Maximum":1})");
        QTest::newRow("default not a choice")
            << QByteArray(R"({"Key":"a","Type":"text","Default":"x","Choices":["y"]})");
        QTest::newRow("choices of a number") << QByteArray(R"({"Key":"a","Type":"real","Default":1,"Choices":["y"]})");
        QTest::newRow("fraction as integer") << QByteArray(R"({"Key":"a","Type":"integer","Default":1.5})");
        QTest::newRow("unknown type") << QByteArray(R"({"Key":"a","Type":"colour","Default":"red"})");
    }
    void settingsThatContradictThemselvesAreRefused()
    {
        QFETCH(QByteArray, setting);
        const PluginSpec spec = parse(complete(",\"Settings\":[" + setting + "]"));
        QCOMPARE(spec.state, PluginState::Invalid);
        QCOMPARE(spec.reasons.size(), std::size_t{1});
    }

    void versions_data()
    {
        QTest::addColumn<QString>("present");
        QTest::addColumn<QString>("wanted");
        QTest::addColumn<bool>("fits");
        QTest::newRow("same") << "1.2"
                              << "1.2" << true;
        QTest::newRow("newer minor") << "1.10"
                                     << "1.9" << true;
        QTest::newRow("older minor") << "1.8.9"
                                     << "1.9" << false;
        QTest::newRow("newer major") << "2.0"
                                     << "1.9" << false;
        QTest::newRow("more digits") << "1.2.1"
                                     << "1.2" << true;
        QTest::newRow("nonsense") << "1.x"
                                  << "1.0" << false;
    }
    void versions()
    {
        QFETCH(QString, present);
        QFETCH(QString, wanted);
        QTEST(versionSatisfies(present.toStdString(), wanted.toStdString()), "fits");
    }

    void dependenciesComeFirstThenIds()
    {
        std::vector<PluginSpec> specs{plugin("d", "1.0", {}), plugin("a", "1.0", {{"c", "1.0"}}),
                                      plugin("c", "1.5", {{"d", "1.0"}}), plugin("b", "1.0", {})};
        resolvePlugins(specs);
        QCOMPARE(idsOf(specs), std::string("b d c a"));
        for (const PluginSpec &spec : specs) {
            QCOMPARE(spec.state, PluginState::Resolved);
        }
    }

    void circlesAreSpelledOut()
    {
        std::vector<PluginSpec> specs{plugin("a", "1.0", {{"b", "1.0"}}), plugin("b", "1.0", {{"c", "1.0"}}),
                                      plugin("c", "1.0", {{"a", "1.0"}}), plugin("z", "1.0", {{"a", "1.0"}})};
        resolvePlugins(specs);
        QCOMPARE(specs[0].reasons, std::vector<std::string>{"It needs itself: a → b → c → a."});
        QCOMPARE(specs[1].reasons, std::vector<std::string>{"It needs itself: b → c → a → b."});
        QCOMPARE(specs[3].reasons, std::vector<std::string>{"It needs \"a\", which cannot be used itself."});
        QCOMPARE(specs[3].state, PluginState::Read);
    }

    void everyLackingDependencyIsNamed()
    {
        PluginSpec off = plugin("off", "1.0", {});
        off.refuse(PluginState::Disabled, "Disabled by the user.");
        std::vector<PluginSpec> specs{plugin("old", "1.0", {}), off,
                                      plugin("x", "1.0", {{"absent", "1.0"}, {"off", "1.0"}, {"old", "1.1"}})};
        resolvePlugins(specs);
        QCOMPARE(specs[0].id, std::string("old"));
        const auto x = std::find_if(specs.begin(), specs.end(), [](const PluginSpec &spec) { return spec.id == "x"; });
        QCOMPARE(x->reasons,
                 (std::vector<std::string>{
                     "It needs \"absent\" 1.0, which is not installed.", "It needs \"off\" 1.0, which is disabled.",
                     "It needs \"old\" 1.1, which is there as 1.0; the same major version, not lower, is needed."}));
    }

    void theFirstOfTwoWithOneIdIsUsed()
    {
        std::vector<PluginSpec> specs{plugin("a", "1.0", {}), plugin("a", "2.0", {})};
        resolvePlugins(specs);
        QCOMPARE(specs[0].version, std::string("1.0"));
        QCOMPARE(specs[0].state, PluginState::Resolved);
        QCOMPARE(specs[1].state, PluginState::Invalid);
        QVERIFY(specs[1].reasons.front().find("another plugin with the id \"a\"") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestPluginSpec)
#include "tst_plugin_spec.moc"
