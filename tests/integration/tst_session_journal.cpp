// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "backtest/replay.h"
#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "engine/record_codec.h"
#include "journal/journal_reader.h"
#include "journal/journal_verifier.h"
#include "journal/journal_writer.h"
#include "support/paper_session.h"

#include <QtTest/QtTest>

namespace coinswarm::test {

namespace {

constexpr auto kLong = std::chrono::seconds(60);

plugins::PluginHost plugins(const std::string &folder = shippedPlugins())
{
    plugins::PluginHostOptions options;
    options.folders = {{folder, true}};
    return plugins::PluginHost(std::move(options));
}

/// Writes the journal again, with its own seals and another key, and with `change` made to every record.
void rewrite(const std::string &from, const std::string &to, const std::string &keyFolder,
             const std::function<void(const journal::RecordView &, std::vector<std::byte> &)> &change)
{
    journal::JournalReader reader = take(journal::JournalReader::open(from));
    std::optional<journal::RecordView> record = take(reader.next());
    journal::SegmentStart start;
    start.header = take(reader.readHeaderPayload());
    start.snapshot = take(reader.readSnapshot());
    journal::JournalOptions options;
    options.folder = to;
    options.sync = journal::SyncPolicy::AtClose;
    const auto writer = take(journal::JournalWriter::create(
        std::move(options), take(journal::JournalKey::loadOrCreate(keyFolder)), std::move(start)));
    for (; record; record = take(reader.next())) {
        std::vector<std::byte> payload(record->payload.begin(), record->payload.end());
        change(*record, payload);
        writer->append(record->header.type, Timestamp{record->header.timeNs}, payload, record->header.flags);
    }
    take(writer->close());
}

} // namespace

/// The journal of a session that was stopped in order.
class TestSessionJournal : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::string m_journal;

private Q_SLOTS:
    void initTestCase()
    {
        PaperSession session(m_folder.path().toStdString(), busySettings("14400"));
        take(session.start());
        QVERIFY(waitFor([&] { return session.seen.status.state == api::RunState::Finished; }, kLong));
        QVERIFY(session.seen.fills.size() > 4);
        m_journal = session.info.journal;
        session.stop();
    }

    void itIsSound()
    {
        const journal::VerifyReport report = journal::verifyJournal(m_journal);
        QVERIFY2(report.status == journal::JournalStatus::Sound, report.sentence().c_str());
    }

    void replayIsIdentical()
    {
        const backtest::ReplayReport report = take(backtest::replayJournal(m_journal, {}));
        QVERIFY2(report.identical, (report.difference + "\n" + report.recorded + "\n" + report.replayed).c_str());
        QVERIFY(report.effects > 100);
    }

    void recomputedVotesAreIdentical()
    {
        plugins::PluginHost host = plugins();
        take(host.scan());
        backtest::ReplayOptions options;
        options.recompute = true;
        options.plugins = &host;
        const backtest::ReplayReport report = take(backtest::replayJournal(m_journal, options));
        QVERIFY2(report.identical, (report.difference + "\n" + report.recorded + "\n" + report.replayed).c_str());
        QVERIFY(report.votes > 100);
        QVERIFY(report.changedPlugins.empty());
    }

    void aChangedPluginIsToldApartFromAChangedJournal()
    {
        // The same trend agent, but its file differs by one byte behind the end: another plugin for all anybody knows.
        QTemporaryDir changed;
        for (const QFileInfo &file :
             QDir(QString::fromStdString(shippedPlugins())).entryInfoList({QStringLiteral("*.so")})) {
            QVERIFY(QFile::copy(file.filePath(), changed.filePath(file.fileName())));
        }
        QFile trend(changed.filePath(QStringLiteral("trend.so")));
        QVERIFY(trend.open(QIODevice::Append));
        QVERIFY(trend.write("\n") == 1);
        trend.close();
        plugins::PluginHost host = plugins(changed.path().toStdString());
        take(host.scan());
        backtest::ReplayOptions options;
        options.recompute = true;
        options.plugins = &host;
        const backtest::ReplayReport same = take(backtest::replayJournal(m_journal, options));
        QVERIFY(same.identical);
        QCOMPARE(same.changedPlugins, std::vector<std::string>{"trend"});

        const std::string tampered = m_folder.path().toStdString() + "/changed-plugin";
        const Sequence place = tamperWithAVote(tampered, "trend");
        const backtest::ReplayReport other = take(backtest::replayJournal(tampered, options));
        QVERIFY(!other.identical);
        QVERIFY(other.differsAt == place);
        QVERIFY2(other.difference.find("not the one that the journal was made with") != std::string::npos,
                 other.difference.c_str());
    }

    void aTamperedVoteIsFoundAtItsPlaceEvenIfAllHashesFit()
    {
        const std::string tampered = m_folder.path().toStdString() + "/tampered";
        const Sequence place = tamperWithAVote(tampered, "risk");
        QVERIFY(journal::verifyJournal(tampered).status == journal::JournalStatus::Sound);
        plugins::PluginHost host = plugins();
        take(host.scan());
        backtest::ReplayOptions options;
        options.recompute = true;
        options.plugins = &host;
        const backtest::ReplayReport report = take(backtest::replayJournal(tampered, options));
        QVERIFY(!report.identical);
        QVERIFY(report.differsAt == place);
        QVERIFY2(report.difference.find("the journal was changed") != std::string::npos, report.difference.c_str());
    }

    void aTamperedEffectIsFoundWithoutTheAgents()
    {
        const std::string tampered = m_folder.path().toStdString() + "/tampered-fill";
        Sequence place;
        rewrite(m_journal, tampered, tampered + "-key",
                [&](const journal::RecordView &record, std::vector<std::byte> &payload) {
                    if (place || !engine::isEffectType(record.header.type)) {
                        return;
                    }
                    engine::RecordedEffect effect = take(engine::decodeEffect(record.header.type, record.payload));
                    if (auto *booked = std::get_if<engine::effect::FillBooked>(&effect)) {
                        booked->fill.fee += Money::fromRaw(1);
                        payload.clear();
                        engine::encodeRecord(engine::Effect(*booked), payload);
                        place = Sequence(record.header.sequence);
                    }
                });
        const backtest::ReplayReport report = take(backtest::replayJournal(tampered, {}));
        QVERIFY(!report.identical);
        QVERIFY(report.differsAt == place);
    }

    void theMarketIsContinuedWhereItWasPlayedNotWhereTimeHadGot()
    {
        journal::JournalReader reader = take(journal::JournalReader::open(m_journal));
        take(reader.next());
        const engine::JournalHeader header =
            take(codec::decoded<engine::JournalHeader>(take(reader.readHeaderPayload())));
        const Timestamp begin{1'704'067'200'000'000'000};
        const Timestamp late = begin + std::chrono::seconds(10); // when agents had kept the market waiting for too long
        journal::JournalOptions options;
        options.folder = m_folder.path().toStdString() + "/late";
        options.reserveBytes = 0;
        const auto writer = take(journal::JournalWriter::create(
            options, take(journal::JournalKey::generate()), {begin, codec::encoded(header), journal::ByteBuffer()}));
        std::vector<std::byte> payload;
        const auto append = [&](const engine::EventBody &body) {
            payload.clear();
            engine::encodeRecord(body, payload);
            writer->append(engine::recordType(body), late, payload);
        };
        const auto trade = [&](int second) {
            append(Trade{InstrumentId(1), Side::Buy, Price::fromInteger(100), Quantity::fromInteger(1),
                         begin + std::chrono::seconds(second)});
        };
        append(engine::event::Timer{late});
        trade(1);
        trade(2);
        trade(2);
        append(engine::event::Timer{late});
        QVERIFY(writer->waitDurable(writer->lastSequence()).ok());
        runtime::RestoredSession restored = take(runtime::restoreSession(options.folder, header.engine));
        QCOMPARE(restored.engine->now().ns, late.ns);
        QCOMPARE(restored.market.time.ns, (begin + std::chrono::seconds(2)).ns);
        QCOMPARE(restored.market.events, std::uint64_t{2});

        // A snapshot between two events of one moment.
        take(writer->beginSegment(late,
                                  runtime::encodeSnapshot(*restored.engine, {}, restored.events, restored.market, {})));
        trade(2);
        QVERIFY(writer->waitDurable(writer->lastSequence()).ok());
        restored = take(runtime::restoreSession(options.folder, header.engine));
        QCOMPARE(restored.market.time.ns, (begin + std::chrono::seconds(2)).ns);
        QCOMPARE(restored.market.events, std::uint64_t{3});
    }

private:
    /// Changes the confidence of the agent's 20th vote; returns where.
    Sequence tamperWithAVote(const std::string &to, const std::string &agent)
    {
        std::uint32_t number = 0;
        journal::JournalReader reader = take(journal::JournalReader::open(m_journal));
        take(reader.next());
        const engine::JournalHeader header =
            take(codec::decoded<engine::JournalHeader>(take(reader.readHeaderPayload())));
        for (const engine::RosterEntry &entry : header.engine.agents) {
            ++number;
            if (entry.name == agent) {
                break;
            }
        }
        Sequence place;
        int votes = 0;
        rewrite(m_journal, to, to + "-key", [&](const journal::RecordView &record, std::vector<std::byte> &payload) {
            if (engine::isEffectType(record.header.type)) {
                return;
            }
            engine::EventBody body = take(engine::decodeEvent(record.header.type, record.payload));
            auto *voted = std::get_if<engine::event::AgentVoted>(&body);
            if (voted != nullptr && voted->agent.value == number && ++votes == 20) {
                voted->vote.reasons.push_back("and the moon is full");
                payload.clear();
                engine::encodeRecord(body, payload);
                place = Sequence(record.header.sequence);
            }
        });
        return place;
    }
};

} // namespace coinswarm::test

QTEST_GUILESS_MAIN(coinswarm::test::TestSessionJournal)
#include "tst_session_journal.moc"
