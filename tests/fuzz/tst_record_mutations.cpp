// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "byte_mutations.h"
#include "unit/engine_bench.h"

#include "runtime/session_restore.h"

#include <QtTest/QTest>

namespace coinswarm::test {

namespace {

std::string textOf(const std::vector<std::byte> &bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

std::vector<std::byte> bytesOf(const std::string &text)
{
    const auto *data = reinterpret_cast<const std::byte *>(text.data());
    return {data, data + text.size()};
}

/// A little of everything: history, bars, votes, a fill with its stop, an order that rests, a failed agent, a halt.
void trade(EngineBench &bench)
{
    bench.apply(0, engine::event::HistoryBar{candle(-60, "99")});
    bench.apply(1, Quote{InstrumentId(1), *Price::parse("99.99"), *Price::parse("100.01"), {}, {}, at(1)});
    bench.apply(1,
                BookDelta{InstrumentId(1), Side::Buy, true, true, *Price::parse("99"), *Quantity::parse("3"), at(1)});
    bench.bar(0, "100");
    bench.answer(vote(Action::Buy, "0.1", "90"), vote(Action::Buy, "0.1", "90"));
    bench.report(ReportKind::Filled, bench.sent(), "100", "0.05");
    bench.apply(80, engine::event::Timer{at(80)});
    bench.bar(60, "101");
    bench.apply(121, engine::event::AgentFailed{bench.asked().state.ask, AgentId(2), true, "hangs"});
    bench.apply(122, engine::event::OperatorHalted{"ann", "enough"});
}

engine::EngineConfig tradingConfig()
{
    engine::EngineConfig config = smallConfig();
    config.desk.entryType = OrderType::Limit;
    config.desk.approvals.rule = trading::ApprovalRule::None;
    return config;
}

/// Reads anything; what can be read must be written and read again without becoming something else.
template <class Decode>
bool holds(Decode decode, std::uint16_t type, const std::vector<std::byte> &payload)
{
    const auto once = decode(type, payload);
    if (!once.ok()) {
        return !once.error().message.empty();
    }
    std::vector<std::byte> written;
    codec::BinaryWriter writer(written);
    std::visit([&](const auto &value) { writer.write(value); }, *once);
    const auto twice = decode(type, written);
    if (!twice.ok()) {
        return false;
    }
    std::vector<std::byte> again;
    codec::BinaryWriter second(again);
    std::visit([&](const auto &value) { second.write(value); }, *twice);
    return written == again && !engine::describeRecord(type, payload).empty();
}

} // namespace

/// Records and snapshots whose bytes were bent although their checksums say otherwise: read as something, or refused.
class TestRecordMutations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recordsAreReadOrRefused()
    {
        EngineBench bench(tradingConfig());
        trade(bench);
        std::vector<std::pair<std::uint16_t, std::string>> seeds;
        std::set<std::uint16_t> kinds;
        const auto add = [&](const auto &value) {
            std::vector<std::byte> payload;
            engine::encodeRecord(value, payload);
            seeds.emplace_back(engine::recordType(value), textOf(payload));
            kinds.insert(engine::recordType(value));
        };
        for (const engine::Effect &effect : bench.all) {
            add(effect);
        }
        for (const engine::EventBody &body : std::initializer_list<engine::EventBody>{
                 test::trade(1, "100"), candle(0, "100"),
                 engine::event::AgentVoted{AskId(1), AgentId(1), vote(Action::Buy), {}},
                 engine::event::AgentFailed{AskId(1), AgentId(1), true, "hangs"}, VenueReport{},
                 api::OperatorDecision{}, engine::event::OperatorHalted{"ann", "enough"},
                 engine::event::ReserveRecovered{{"cs-test-1", "cs-test-2"}}})
        {
            add(body);
        }
        QVERIFY(kinds.size() > 14);
        std::mt19937 random(20240102);
        int refused = 0;
        constexpr int rounds = 30'000;
        for (int i = 0; i < rounds; ++i) {
            const auto &[type, payload] = seeds[random() % seeds.size()];
            const std::string text = mutatedBytes(payload, random);
            const std::vector<std::byte> bytes = bytesOf(text);
            if (engine::isEventType(type)) {
                QVERIFY2(holds(engine::decodeEvent, type, bytes), std::to_string(i).c_str());
                refused += engine::decodeEvent(type, bytes).ok() ? 0 : 1;
            } else {
                QVERIFY2(holds(engine::decodeEffect, type, bytes), std::to_string(i).c_str());
                refused += engine::decodeEffect(type, bytes).ok() ? 0 : 1;
            }
        }
        QVERIFY(refused > rounds / 4 && refused < rounds);
    }

    void snapshotsAreReadOrRefused()
    {
        EngineBench bench(tradingConfig());
        trade(bench);
        const journal::ByteBuffer good =
            runtime::encodeSnapshot(*bench.engine, {"what the first learned", ""}, 12, {Timestamp{5}, 2}, "checkpoint");
        QVERIFY(codec::decoded<runtime::SessionSnapshot>(good).ok());
        std::mt19937 random(20240103);
        int states = 0;
        int refused = 0;
        for (int i = 0; i < 6'000; ++i) {
            const Result<runtime::SessionSnapshot> snapshot =
                codec::decoded<runtime::SessionSnapshot>(bytesOf(mutatedBytes(textOf(good), random)));
            if (!snapshot.ok()) {
                ++refused;
                continue;
            }
            EngineBench other(tradingConfig());
            const Result<void> restored = runtime::restoreEngine(snapshot->engine, *other.engine);
            if (!restored.ok()) {
                QVERIFY(!restored.error().message.empty());
                ++refused;
                continue;
            }
            ++states;
            std::vector<std::byte> written;
            codec::BinaryWriter writer(written);
            other.engine->visitState(writer);
            QVERIFY(!written.empty());
        }
        QVERIFY(states > 0 && refused > 0);
    }
};

} // namespace coinswarm::test

QTEST_GUILESS_MAIN(coinswarm::test::TestRecordMutations)
#include "tst_record_mutations.moc"
