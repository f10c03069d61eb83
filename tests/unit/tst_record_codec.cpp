// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/record_codec.h"

#include "support/episodes.h"

#include <QtCore/QFile>
#include <QtTest/QtTest>

#include <random>
#include <set>

using namespace coinswarm;
using namespace coinswarm::engine;
using namespace coinswarm::journal;

namespace {

template <class Variant, std::size_t... I>
std::vector<Variant> oneOfEach(std::index_sequence<I...>)
{
    return {Variant(std::in_place_index<I>)...};
}

std::vector<EventBody> allEvents()
{
    return oneOfEach<EventBody>(std::make_index_sequence<std::variant_size_v<EventBody>>());
}

/// Every effect but Submit, which only the risk gate can make.
std::vector<Effect> allEffects()
{
    return {engine::effect::AskAgents{},       engine::effect::DecisionMade{},   engine::effect::Cancel{},
            engine::effect::Query{},           engine::effect::OrderChanged{},   engine::effect::RiskChecked{},
            engine::effect::ApprovalChanged{}, engine::effect::FillBooked{},     engine::effect::RoundTripClosed{},
            engine::effect::RegimeChanged{},   engine::effect::AgentBenched{},   engine::effect::Alert{},
            engine::effect::HaltChanged{},     engine::effect::RecallEpisodes{}, engine::effect::EpisodeClosed{},
            engine::effect::WeightsChanged{},  engine::effect::AgentReturned{}};
}

std::vector<std::byte> payloadOf(const auto &value)
{
    std::vector<std::byte> out;
    encodeRecord(value, out);
    return out;
}

constexpr auto kEvents = static_cast<std::uint16_t>(std::variant_size_v<EventBody>);
constexpr auto kEffects = static_cast<std::uint16_t>(std::variant_size_v<Effect>);

} // namespace

class TestRecordCodec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eventsRoundTrip()
    {
        for (const EventBody &body : allEvents()) {
            const std::vector<std::byte> payload = payloadOf(body);
            const Result<EventBody> back = decodeEvent(recordType(body), payload);
            QVERIFY2(back.ok(), std::string(recordTypeName(recordType(body))).c_str());
            QCOMPARE(back->index(), body.index());
            QVERIFY(payloadOf(*back) == payload);
        }
    }

    void effectsRoundTrip()
    {
        for (const Effect &effect : allEffects()) {
            const std::vector<std::byte> payload = payloadOf(effect);
            const Result<RecordedEffect> back = decodeEffect(recordType(effect), payload);
            QVERIFY2(back.ok(), std::string(recordTypeName(recordType(effect))).c_str());
            QCOMPARE(back->index(), effect.index());
        }
    }

    void everyTypeHasItsOwnName()
    {
        std::set<std::string_view> names;
        for (std::uint16_t type = 0; type < 1'000; ++type) {
            const bool known = (type >= 1 && type <= kEvents) || (type >= 256 && type < 256 + kEffects);
            QCOMPARE(isEventType(type) || isEffectType(type), known);
            QCOMPARE(recordTypeName(type).empty(), !known);
            if (known) {
                names.insert(recordTypeName(type));
            }
        }
        QCOMPARE(names.size(), static_cast<std::size_t>(kEvents + kEffects));
        // These numbers are in journals that exist; new kinds go to the end.
        QCOMPARE(recordTypeName(1), std::string_view("trade"));
        QCOMPARE(recordTypeName(4), std::string_view("candle"));
        QCOMPARE(recordTypeName(7), std::string_view("agent_voted"));
        QCOMPARE(recordTypeName(9), std::string_view("venue_report"));
        QCOMPARE(recordTypeName(16), std::string_view("feed_ended"));
        QCOMPARE(recordTypeName(256), std::string_view("ask_agents"));
        QCOMPARE(recordTypeName(258), std::string_view("submit"));
        QCOMPARE(recordTypeName(269), std::string_view("halt_changed"));
    }

    void wrongRecordsAreErrors()
    {
        QVERIFY(!decodeEvent(0, {}).ok());
        QVERIFY(!decodeEvent(256, payloadOf(Effect(engine::effect::Alert{}))).ok());
        QVERIFY(!decodeEffect(1, {}).ok());
        QVERIFY(!decodeEffect(0xFF01, {}).ok());
        std::vector<std::byte> payload = payloadOf(EventBody(Trade{}));
        payload.push_back(std::byte{0});
        QVERIFY(!decodeEvent(1, payload).ok());
        QVERIFY(!decodeEvent(1, std::span(payload).first(5)).ok());
    }

    void bentRecordsNeverCrash()
    {
        std::mt19937_64 random(1);
        int errors = 0;
        for (int round = 0; round < 300; ++round) {
            for (const EventBody &body : allEvents()) {
                std::vector<std::byte> payload = payloadOf(body);
                payload.resize(payload.size() - random() % 3 * (payload.size() / 8));
                for (int i = 0; i < 4 && !payload.empty(); ++i) {
                    payload[random() % payload.size()] = static_cast<std::byte>(random());
                }
                errors += decodeEvent(recordType(body), payload).ok() ? 0 : 1;
                QVERIFY(!describeRecord(recordType(body), payload).empty());
            }
            for (const Effect &effect : allEffects()) {
                std::vector<std::byte> payload = payloadOf(effect);
                for (int i = 0; i < 4 && !payload.empty(); ++i) {
                    payload[random() % payload.size()] = static_cast<std::byte>(random());
                }
                errors += decodeEffect(recordType(effect), payload).ok() ? 0 : 1;
                QVERIFY(!describeRecord(recordType(effect), payload).empty());
            }
        }
        QVERIFY(errors > 100);
    }

    void aClosedTradeIsRecordedAsManagersExpectIt()
    {
        const Effect closed = engine::effect::EpisodeClosed{coinswarm::testing::makeEpisode(7)};
        QCOMPARE(recordType(closed), memory::kEpisodeRecordType);
        QCOMPARE(recordFlags(closed), kCitable);
        std::vector<std::byte> payload;
        encodeRecord(closed, payload);
        QVERIFY(payload == codec::encoded(coinswarm::testing::makeEpisode(7)));
    }

    void describesForPeople()
    {
        Trade trade;
        trade.price = *Price::parse("61824.1");
        const std::string text = describeRecord(1, payloadOf(EventBody(trade)));
        QVERIFY(QString::fromStdString(text).startsWith(QStringLiteral("trade {")));
        QVERIFY(QString::fromStdString(text).contains(QStringLiteral("\"price\":\"61824.1\"")));
        QCOMPARE(describeRecord(0xFF01, {}), std::string("type 0xff01"));
        QVERIFY(QString::fromStdString(describeRecord(1, {})).contains(QStringLiteral("unreadable")));
    }

    void theDocumentIsGenerated()
    {
        QFile file(QStringLiteral(COINSWARM_SOURCE_DIR "/docs/record-types.md"));
        const QString table = QString::fromStdString(recordTypesMarkdown());
        if (qEnvironmentVariableIsSet("COINSWARM_UPDATE_DOCS")) {
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QString text = QString::fromUtf8(file.readAll());
            file.close();
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write((text.left(text.indexOf(QStringLiteral("| type |"))) + table).toUtf8());
            file.close();
        }
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(QString::fromUtf8(file.readAll()).endsWith(table),
                 "docs/record-types.md is out of date: run this test with COINSWARM_UPDATE_DOCS=1");
        QVERIFY2(!table.contains(QStringLiteral("see code")), "a field's type is not described");
    }
};

QTEST_GUILESS_MAIN(TestRecordCodec)
#include "tst_record_codec.moc"
