// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"
#include "engine/effect.h"
#include "engine/engine_config.h"
#include "engine/event.h"

#include <QtCore/QJsonDocument>
#include <QtTest/QtTest>

#include <random>
#include <set>

using namespace coinswarm;
using namespace coinswarm::api;
using namespace coinswarm::engine;

namespace {

/// Fills a value's fields with random contents, by the same reflection that the codec uses.
class Filler
{
public:
    explicit Filler(std::mt19937_64 &random) : m_random(random) {}

    template <class T>
    void operator()(std::string_view, T &value)
    {
        fill(value);
    }

    template <class T>
    void fill(T &value)
    {
        if constexpr (std::is_same_v<T, bool>) {
            value = m_random() % 2 == 0;
        } else if constexpr (codec::NamedEnum<T>) {
            value = static_cast<T>(m_random() % kEnumNames<T>.size());
        } else if constexpr (std::is_floating_point_v<T>) {
            value = static_cast<T>(static_cast<std::int64_t>(m_random() % 2'000'001) - 1'000'000) / 1'024;
        } else if constexpr (std::is_unsigned_v<T>) {
            value = static_cast<T>(m_random() >> 12); // ids and counters stay within what a JSON number holds exactly
        } else if constexpr (std::is_arithmetic_v<T>) {
            value = static_cast<T>(static_cast<std::int64_t>(m_random()) >> 12);
        } else if constexpr (codec::IsFixed<T>) {
            value.raw = static_cast<std::int64_t>(m_random()) >> 2;
        } else if constexpr (codec::IsTimestamp<T>) {
            value.ns = static_cast<std::int64_t>(m_random());
        } else if constexpr (codec::IsInterval<T>) {
            value.seconds = static_cast<std::int32_t>(m_random() % 86'400);
        } else if constexpr (codec::IsId<T>) {
            fill(value.value);
        } else if constexpr (codec::IsDuration<T>) {
            value = T(static_cast<std::int64_t>(m_random()));
        } else if constexpr (std::is_same_v<T, std::string>) {
            const char *const texts[] = {"", "plain", "\"quoted\" and \\slashed\\", "line\nbreak", "Größe ≥ 5 €"};
            value = texts[m_random() % std::size(texts)];
        } else if constexpr (std::is_same_v<T, IndicatorReadings>) {
            value = {};
            value.count = static_cast<std::uint32_t>(m_random() % (kMaxIndicatorSlots + 1));
            for (std::size_t i = 0; i < value.count; ++i) {
                if (m_random() % 3 != 0) {
                    value.set(i, static_cast<double>(m_random() % 1'000'000) / 64);
                }
            }
        } else if constexpr (codec::IsVariant<T>) {
            fillVariant(value, std::make_index_sequence<std::variant_size_v<T>>());
        } else if constexpr (codec::IsByteArray<T>) {
            for (auto &element : value) {
                element = static_cast<typename T::value_type>(m_random());
            }
        } else if constexpr (codec::IsMap<T>) {
            value.clear();
            for (std::uint64_t left = m_random() % 4; left > 0; --left) {
                typename T::key_type key{};
                fill(key);
                fill(value[key]);
            }
        } else if constexpr (codec::IsSequence<T>) {
            value.clear();
            for (std::uint64_t left = m_random() % 4; left > 0; --left) {
                typename T::value_type element{};
                fill(element);
                value.push_back(element);
            }
        } else {
            T::fields(value, *this);
        }
    }

private:
    template <class T, std::size_t... I>
    void fillVariant(T &value, std::index_sequence<I...>)
    {
        const std::size_t index = m_random() % sizeof...(I);
        ((index == I ? fill(value.template emplace<I>()) : void()), ...);
    }

    std::mt19937_64 &m_random;
};

template <class T>
void roundTrip(std::mt19937_64 &random)
{
    for (int i = 0; i < 200; ++i) {
        T value{};
        Filler(random).fill(value);
        const std::vector<std::byte> bytes = codec::encoded(value);
        QVERIFY(codec::encoded(value) == bytes);
        const Result<T> back = codec::decoded<T>(bytes);
        QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
        QVERIFY(codec::encoded(*back) == bytes);

        // Through text, as it goes over a wire.
        const QByteArray text = QJsonDocument(codec::toJson(value).toObject()).toJson(QJsonDocument::Compact);
        const Result<T> read = codec::fromJson<T>(QJsonDocument::fromJson(text).object());
        QVERIFY2(read.ok(), read.ok() ? "" : read.error().message.c_str());
        QVERIFY(codec::encoded(*read) == bytes);

        // Whatever is cut off or bent, the answer is a value or an error, never a crash or a read beyond the end.
        for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 16) {
            QVERIFY(!codec::decoded<T>(std::span(bytes).first(size)).ok());
        }
        std::vector<std::byte> bent = bytes;
        for (int change = 0; change < 8 && !bent.empty(); ++change) {
            bent[random() % bent.size()] = static_cast<std::byte>(random());
            const Result<T> wrong = codec::decoded<T>(bent);
            QVERIFY(wrong.ok() || !wrong.error().message.empty());
            if (wrong.ok()) {
                QVERIFY(codec::encoded(*wrong).size() == bent.size());
            }
        }
        std::vector<std::byte> longer = bytes;
        longer.push_back(std::byte{0});
        QVERIFY(!codec::decoded<T>(longer).ok());
    }
}

struct Containers {
    std::variant<std::monostate, Trade, std::string> choice;
    std::optional<Money> maybe;
    std::map<OrderId, std::vector<std::string>> lists;
    std::array<std::int32_t, 3> three{};
    std::vector<bool> flags;

    bool operator==(const Containers &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("choice", self.choice);
        visit("maybe", self.maybe);
        visit("lists", self.lists);
        visit("three", self.three);
        visit("flags", self.flags);
    }
};

Containers someContainers()
{
    Containers value;
    value.choice = Trade{InstrumentId(1), Side::Sell, Price::fromInteger(5), Quantity::fromRaw(1), Timestamp{7}, 9};
    value.maybe = Money::fromRaw(-1);
    value.lists = {{OrderId(1), {"a", "b"}}, {OrderId(7), {}}};
    value.three = {1, -2, 3};
    value.flags = {true, false, true};
    return value;
}

/// A stateful class, as snapshots save it.
class Counter
{
public:
    int count = 0;
    std::set<std::string> seen;

    template <class Visitor>
    void visitState(Visitor &visit)
    {
        visit("count", count);
        visit("seen", seen);
    }
};

} // namespace

class TestCodec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void valuesRoundTrip()
    {
        std::mt19937_64 random(1);
        roundTrip<Trade>(random);
        roundTrip<Quote>(random);
        roundTrip<BookDelta>(random);
        roundTrip<Candle>(random);
        roundTrip<Instrument>(random);
        roundTrip<MarketState>(random);
        roundTrip<Position>(random);
        roundTrip<Account>(random);
        roundTrip<RoundTrip>(random);
        roundTrip<Regime>(random);
        roundTrip<Vote>(random);
        roundTrip<Decision>(random);
        roundTrip<Order>(random);
        roundTrip<Fill>(random);
        roundTrip<VenueReport>(random);
        roundTrip<Approval>(random);
        roundTrip<RiskReport>(random);
        roundTrip<OperatorDecision>(random);
        roundTrip<EngineConfig>(random);
        roundTrip<JournalHeader>(random);
        roundTrip<engine::event::AgentVoted>(random);
        roundTrip<engine::event::AgentFailed>(random);
        roundTrip<engine::effect::AskAgents>(random);
        roundTrip<engine::effect::RoundTripClosed>(random);
        roundTrip<engine::effect::HaltChanged>(random);
        roundTrip<engine::effect::RecallEpisodes>(random);
        roundTrip<engine::effect::EpisodeClosed>(random);
        roundTrip<engine::effect::WeightsChanged>(random);
        roundTrip<engine::event::EpisodesRecalled>(random);
        roundTrip<engine::event::WeightsCommitted>(random);
        roundTrip<engine::event::AgentBenchCommitted>(random);
    }

    void containersRoundTrip()
    {
        const Containers value = someContainers();
        QVERIFY(codec::decoded<Containers>(codec::encoded(value)).value() == value);
        const QJsonObject json = codec::toJson(value).toObject();
        QVERIFY(codec::fromJson<Containers>(json).value() == value);
        const Containers none;
        QVERIFY(codec::decoded<Containers>(codec::encoded(none)).value() == none);
        QVERIFY(codec::fromJson<Containers>(codec::toJson(none)).value() == none);
    }

    void statesRoundTrip()
    {
        Counter counter;
        counter.count = 3;
        counter.seen = {"b", "a"};
        const std::vector<std::byte> bytes = codec::encoded(counter);
        Counter other;
        other.seen = {"left over"};
        codec::BinaryReader reader(bytes);
        other.visitState(reader);
        QVERIFY(reader.atEnd());
        QCOMPARE(other.count, 3);
        QVERIFY(other.seen == counter.seen);
    }

    void layoutIsTheDocumentedOne()
    {
        Trade trade{InstrumentId(0x01020304), Side::Sell, Price::fromRaw(-2), Quantity::fromRaw(3), Timestamp{4}, 5};
        const std::vector<std::byte> bytes = codec::encoded(trade);
        QCOMPARE(QByteArray(reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size())).toHex(),
                 QByteArray("0403020101feffffffffffffff030000000000000004000000000000000500000000000000"));
    }

    void impossibleBytesAreErrors_data()
    {
        QTest::addColumn<QByteArray>("hex");
        QTest::addColumn<QString>("says");
        QTest::newRow("a truth of 2") << QByteArray("02") << "neither 0 nor 1";
        QTest::newRow("nothing") << QByteArray() << "too early";
    }
    void impossibleBytesAreErrors()
    {
        QFETCH(QByteArray, hex);
        QFETCH(QString, says);
        const QByteArray raw = QByteArray::fromHex(hex);
        const Result<bool> read =
            codec::decoded<bool>(std::as_bytes(std::span(raw.data(), static_cast<std::size_t>(raw.size()))));
        QVERIFY(!read.ok());
        QVERIFY(read.error().kind == ErrorKind::Corrupt);
        QVERIFY(QString::fromStdString(read.error().message).contains(says));
    }

    // A count that could not be true must be refused before memory is asked for.
    void countsAreBoundedByTheBytes()
    {
        const std::vector<std::byte> huge(4, std::byte{0xFF});
        QVERIFY(!codec::decoded<std::string>(huge).ok());
        QVERIFY(!codec::decoded<std::vector<Trade>>(huge).ok());
        QVERIFY((!codec::decoded<std::map<OrderId, Order>>(huge).ok()));
        QVERIFY(!codec::decoded<std::set<std::string>>(huge).ok());
        QVERIFY(!codec::decoded<Side>(std::vector<std::byte>{std::byte{2}}).ok());
        QVERIFY((!codec::decoded<std::variant<bool, Side>>(std::vector<std::byte>{std::byte{2}, std::byte{0}}).ok()));
        std::vector<std::byte> readings = codec::encoded(IndicatorReadings{});
        readings[0] = static_cast<std::byte>(kMaxIndicatorSlots + 1);
        readings.resize(readings.size() + 8 * (kMaxIndicatorSlots + 1));
        QVERIFY(!codec::decoded<IndicatorReadings>(readings).ok());
    }

    void readingsKeepWhatIsNotReady()
    {
        IndicatorReadings readings;
        readings.count = 3;
        readings.set(0, 1.5);
        readings.set(2, -0.1);
        QVERIFY(codec::decoded<IndicatorReadings>(codec::encoded(readings)).value() == readings);
        const QJsonValue json = codec::toJson(readings);
        QVERIFY(json.toArray().at(1).isNull());
        QVERIFY(codec::fromJson<IndicatorReadings>(json).value() == readings);
    }

    void jsonHasMoneyAsTextAndNamesForEnums()
    {
        Fill fill;
        fill.price = Price::fromRaw(6'182'410'000'001);
        fill.side = Side::Sell;
        fill.time = Timestamp{1'704'067'200'000'000'001};
        const QJsonObject json = codec::toJson(fill).toObject();
        QCOMPARE(json.value(QStringLiteral("price")).toString(), QStringLiteral("61824.10000001"));
        QCOMPARE(json.value(QStringLiteral("side")).toString(), QStringLiteral("sell"));
        QCOMPARE(json.value(QStringLiteral("time")).toString(), QStringLiteral("1704067200000000001"));
    }

    void jsonErrorsNameThePlace_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("says");
        QTest::newRow("number for money") << QByteArray(R"({"price": 5})") << "price: must be a decimal";
        QTest::newRow("no decimal") << QByteArray(R"({"price": "5x"})") << "price:";
        QTest::newRow("unknown name") << QByteArray(R"({"side": "hold"})") << "side: \"hold\" is not";
        QTest::newRow("text for an id") << QByteArray(R"({"order": "1"})") << "order: must be an id";
        QTest::newRow("no time") << QByteArray(R"({"time": "soon"})") << "time: must be a whole number";
        QTest::newRow("number for a text") << QByteArray(R"({"venue_fill_id": 3})") << "venue_fill_id: must be a text";
    }
    void jsonErrorsNameThePlace()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, says);
        const Result<Fill> read = codec::fromJson<Fill>(QJsonDocument::fromJson(json).object());
        QVERIFY(!read.ok());
        QVERIFY2(QString::fromStdString(read.error().message).startsWith(says), read.error().message.c_str());
    }

    void absentJsonFieldsKeepTheirDefaults()
    {
        const Result<Instrument> read =
            codec::fromJson<Instrument>(QJsonObject{{QStringLiteral("symbol"), QStringLiteral("A-B")}});
        QVERIFY(read.ok());
        QCOMPARE(read->symbol, std::string("A-B"));
        QVERIFY(read->tick == Instrument().tick);
        QVERIFY(!codec::fromJson<Instrument>(QJsonValue(3)).ok());
    }

    // JSON from a stranger: any shape gives a value or an error.
    void bentJsonNeverCrashes()
    {
        std::mt19937_64 random(3);
        const QByteArray text =
            QJsonDocument(codec::toJson(someContainers()).toObject()).toJson(QJsonDocument::Compact);
        int errors = 0;
        for (int i = 0; i < 20'000; ++i) {
            QByteArray bent = text;
            for (std::uint64_t change = random() % 3 + 1; change > 0; --change) {
                bent[static_cast<qsizetype>(random() % static_cast<std::uint64_t>(bent.size()))] =
                    "{}[]\",:0123456789-a"[random() % 19];
            }
            errors += codec::fromJson<Containers>(QJsonDocument::fromJson(bent).object()).ok() ? 0 : 1;
        }
        QVERIFY(errors > 0);
    }
};

QTEST_GUILESS_MAIN(TestCodec)
#include "tst_codec.moc"
