// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "api/views.h"
#include "byte_mutations.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"
#include "config/config_docs.h"
#include "config/toml_document.h"
#include "plugins/plugin_spec.h"
#include "plugins/setting_parser.h"

#include <coinswarm/plugin.h>

#include <QtCore/QJsonDocument>
#include <QtTest/QTest>

using namespace coinswarm;
using namespace coinswarm::api;
using namespace coinswarm::plugins;

namespace {

QByteArray bytesOf(const std::string &text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

std::string jsonOf(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

/// Another kind of value in the place of one: what a hand that edits JSON does wrong, and a mutation of bytes seldom hits.
void replaceSomething(QJsonObject &object, std::mt19937 &random)
{
    const QStringList keys = object.keys();
    if (keys.isEmpty()) {
        return;
    }
    const QString key = keys[static_cast<qsizetype>(random() % static_cast<std::size_t>(keys.size()))];
    if (object[key].isObject() && random() % 4 != 0) {
        QJsonObject inner = object[key].toObject();
        replaceSomething(inner, random);
        object[key] = inner;
        return;
    }
    if (object[key].isArray() && random() % 4 != 0 && !object[key].toArray().isEmpty()
        && object[key].toArray().first().isObject())
    {
        QJsonArray inner = object[key].toArray();
        QJsonObject first = inner.first().toObject();
        replaceSomething(first, random);
        inner[0] = first;
        object[key] = inner;
        return;
    }
    const QJsonValue strange[] = {QJsonValue::Null,
                                  true,
                                  -1,
                                  1e300,
                                  9.9e18,
                                  QStringLiteral(""),
                                  QStringLiteral("99999999999999999999"),
                                  QStringLiteral("-0.000000001"),
                                  QJsonArray(),
                                  QJsonArray{1, QStringLiteral("x")},
                                  QJsonObject(),
                                  QJsonValue::Undefined};
    object[key] = strange[random() % std::size(strange)];
}

template <class T>
void readAnything(const T &value, std::uint32_t seed)
{
    const QJsonObject good = codec::toJson(value).toObject();
    QVERIFY(codec::fromJson<T>(good).ok());
    std::mt19937 random(seed);
    int read = 0;
    for (int i = 0; i < 10'000; ++i) {
        QJsonObject object = good;
        if (i % 2 == 0) {
            replaceSomething(object, random);
        } else {
            const QJsonDocument bent = QJsonDocument::fromJson(bytesOf(test::mutatedBytes(jsonOf(good), random)));
            object = bent.object();
        }
        const Result<T> result = codec::fromJson<T>(object);
        if (!result.ok()) {
            QVERIFY(!result.error().message.empty());
            continue;
        }
        ++read;
        // What was understood can be said, and is understood again.
        const Result<T> again = codec::fromJson<T>(codec::toJson(*result));
        QVERIFY2(again.ok(), again.ok() ? "" : again.error().message.c_str());
    }
    QVERIFY(read > 0);
}

api::Frame frame()
{
    api::Frame frame;
    frame.orders.resize(2);
    frame.orders[0].clientId = "cs-paper-1";
    frame.fills.resize(1);
    frame.positions.resize(1);
    frame.alerts.push_back({1, Timestamp{5}, api::Severity::Danger, "code", "text"});
    frame.decisions.resize(1);
    frame.decisions[0].votes.resize(2);
    frame.approvals.resize(1);
    frame.agents.resize(1);
    return frame;
}

const std::string kMetadata = R"({"Id":"trend","Name":"Trend","Version":"1.2.3","Kind":"agent","ApiVersion":1,
 "QtVersion":"6.4","Compiler":"gcc-12","Vendor":"nobody","License":"GPL","Description":"what it does",
 "Dependencies":[{"Id":"other","Version":"1.0.0"}],
 "Settings":[{"Key":"fast","Type":"integer","Default":10,"Minimum":2,"Maximum":500,"Description":"bars"},
  {"Key":"scale","Type":"real","Default":0.5,"Minimum":0,"Maximum":1,"Description":"scale"},
  {"Key":"name","Type":"text","Default":"x","Description":"name"},
  {"Key":"kind","Type":"text","Default":"a","Choices":["a","b"],"Description":"kind"},
  {"Key":"on","Type":"boolean","Default":true,"Description":"on"}]})";

} // namespace

/// Documents that people and other programs write: every bent one is read as something or refused with a reason.
class TestDocumentMutations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void frames() { readAnything(frame(), 1); }
    void statuses() { readAnything(api::SessionStatus(), 2); }
    void explanations() { readAnything(api::Explanation(), 3); }

    void pluginMetadata()
    {
        const BuildTraits host{1, "6.4", "gcc"};
        const QJsonObject good = QJsonDocument::fromJson(bytesOf(kMetadata)).object();
        const auto parse = [&](const QJsonObject &json) {
            return parsePluginMetadata(QJsonObject{{QStringLiteral("IID"), QStringLiteral(COINSWARM_PLUGIN_IID)},
                                                   {QStringLiteral("MetaData"), json}},
                                       host);
        };
        QVERIFY2(parse(good).state == PluginState::Read,
                 parse(good).reasons.empty() ? "" : parse(good).reasons[0].c_str());
        std::mt19937 random(20240107);
        int refused = 0;
        for (int i = 0; i < 20'000; ++i) {
            QJsonObject json = good;
            if (i % 2 == 0) {
                replaceSomething(json, random);
            } else {
                json = QJsonDocument::fromJson(bytesOf(test::mutatedBytes(kMetadata, random))).object();
            }
            const PluginSpec spec = parse(json);
            QCOMPARE(spec.state == PluginState::Read, spec.reasons.empty());
            for (const SettingSpec &setting : spec.settings) {
                QVERIFY(!setting.key.empty());
                QVERIFY(settingInfo(setting).key == setting.key);
            }
            refused += spec.reasons.empty() ? 0 : 1;
        }
        QVERIFY(refused > 1'000 && refused < 20'000);
    }

    void tomlFiles()
    {
        const std::string good =
            config::configurationTemplate() + "\n[agents.trend]\nweight = 0.5\nlist = [1, \"a\"]\n";
        std::mt19937 random(20240108);
        int refused = 0;
        for (int i = 0; i < 3'000; ++i) {
            const std::string text = test::mutatedBytes(good, random);
            std::vector<config::Problem> problems;
            const std::vector<config::WrittenKey> keys = config::readToml(text, "bent.toml", problems);
            for (const config::WrittenKey &key : keys) {
                QVERIFY(!key.path.empty());
            }
            for (const config::Problem &problem : problems) {
                QVERIFY(!config::problemsText({problem}).empty());
            }
            refused += problems.empty() ? 0 : 1;
        }
        QVERIFY(refused > 0 && refused < 3'000);
    }
};

QTEST_GUILESS_MAIN(TestDocumentMutations)
#include "tst_document_mutations.moc"
