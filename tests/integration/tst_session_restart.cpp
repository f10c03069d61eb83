// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "backtest/replay.h"
#include "engine/record_codec.h"
#include "journal/journal_reader.h"
#include "support/paper_session.h"
#include "support/venue_truth.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QProcess>
#include <QtTest/QtTest>

#include <csignal>

namespace coinswarm::test {

namespace {

std::vector<std::string> settings(const std::string &speed)
{
    std::vector<std::string> all = busySettings("0", speed);
    all.push_back("venue.settings.latency_ms=200"); // much is under way whenever the process dies
    return all;
}

std::string sessionFolder(const std::string &folder)
{
    return folder + "/data/sessions/paper";
}

/// What the journal says has happened.
struct Recorded {
    std::map<std::string, int> submits;
    std::map<std::string, int> fills; ///< by the venue's id
    std::uint64_t events = 0;
};

Recorded readRecorded(const std::string &journal)
{
    Recorded recorded;
    journal::JournalReader reader = take(journal::JournalReader::open(journal));
    while (const std::optional<journal::RecordView> record = take(reader.next())) {
        if (!engine::isEffectType(record->header.type)) {
            ++recorded.events;
            continue;
        }
        const engine::RecordedEffect effect = take(engine::decodeEffect(record->header.type, record->payload));
        if (const auto *submit = std::get_if<engine::SubmittedOrder>(&effect)) {
            ++recorded.submits[submit->order.clientId];
        } else if (const auto *booked = std::get_if<engine::effect::FillBooked>(&effect)) {
            ++recorded.fills[booked->fill.venueFillId];
        }
    }
    return recorded;
}

/// A process that runs a session until it is killed.
class Victim
{
public:
    explicit Victim(const std::string &folder, const QString &speed)
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(QCoreApplication::applicationFilePath(),
                        {QStringLiteral("--victim"), QString::fromStdString(folder), speed});
    }
    ~Victim() { m_process.waitForFinished(); }

    /// Kills it as soon as it has said that it made that many fills.
    bool killAfter(int fills)
    {
        while (m_fills < fills) {
            if (!m_process.waitForReadyRead(60'000)) {
                return false;
            }
            while (m_process.canReadLine()) {
                m_fills = m_process.readLine().trimmed().toInt();
            }
        }
        ::kill(static_cast<pid_t>(m_process.processId()), SIGKILL);
        return m_process.waitForFinished();
    }

private:
    QProcess m_process;
    int m_fills = -1;
};

} // namespace

/// Restarts after the process was killed.
class TestSessionRestart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void L2_L6_L7_L8_L11_L13_nothingIsLostDoubledOrUnprotectedAfterKills()
    {
        QTemporaryDir folder;
        const std::string place = folder.path().toStdString();
        QRandomGenerator random(7);
        std::uint64_t eventsBefore = 0;
        for (int round = 0; round < 10; ++round) {
            {
                Victim victim(place, QStringLiteral("2000"));
                QVERIFY(victim.killAfter(1 + random.bounded(6)));
            }
            const std::string journal = sessionFolder(place) + "/journal";
            const Recorded before = readRecorded(journal);
            QVERIFY(before.events > eventsBefore);
            eventsBefore = before.events;
            const VenueTruth atKill = readVenueTruth(sessionFolder(place));
            for (const auto &[client, times] : atKill.orders) {
                QCOMPARE(times, 1);
                // Nothing is at the venue that was not on disk first.
                QVERIFY2(before.submits.contains(client), client.c_str());
            }
            QVERIFY(!atKill.fillTwice);
            for (const auto &[client, times] : before.submits) {
                QVERIFY2(times == 1, client.c_str());
            }

            PaperSession session(place, settings("60"));
            QElapsedTimer clock;
            clock.start();
            take(session.start());
            QVERIFY(session.status().events >= before.events);
            QVERIFY2(clock.elapsed() < 5'000, std::to_string(clock.elapsed()).c_str());
            QVERIFY2(waitFor([&] { return booksAgree(session, place); }), disagreement(session, place).c_str());
            QVERIFY2(waitFor([&] { return everythingIsProtected(session); }), "a position has no stop");
            session.stop();

            const Recorded after = readRecorded(journal);
            for (const auto &[id, times] : after.fills) {
                QVERIFY2(times == 1, id.c_str());
            }
            const backtest::ReplayReport replayed = take(backtest::replayJournal(journal, {}));
            QVERIFY2(replayed.identical,
                     (replayed.difference + "\n" + replayed.recorded + "\n" + replayed.replayed).c_str());
        }
    }

    void S6_aPendingApprovalIsNeverExecutedBlindAfterARestart()
    {
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString(),
                             {"feed.speed=600", "approval.rule=all", "approval.expiry=10m", "approval.band_bps=2000"});
        take(session.start());
        QVERIFY(waitFor([&] { return session.pendingApproval() != nullptr; }, std::chrono::seconds(60)));
        take(answer(session.engine->setFeedPaused(true)));
        const api::Approval before = *session.pendingApproval();
        session.stop();

        session.settings[0] = "feed.speed=1";
        take(session.start());
        QVERIFY(waitFor([&] { return session.order(before.order) != nullptr; }));
        QVERIFY(session.order(before.order)->state == OrderState::AwaitingApproval);
        const api::Approval *again = session.pendingApproval();
        QVERIFY(again != nullptr);
        QVERIFY(again->order == before.order);
        // Only a fresh price makes it answerable.
        QVERIFY(waitFor([&] {
            const api::Approval *now = session.pendingApproval();
            return now != nullptr && !now->awaitingPrice;
        }));
        const api::Approval now = *session.pendingApproval();
        const Result<api::Approval> said =
            answer(session.engine->answerApproval({now.id, now.orderHash, true, "ann", {}}));
        QVERIFY2(said.ok(), said.ok() ? "" : said.error().message.c_str());
        QVERIFY(waitFor([&] { return session.order(before.order)->state == OrderState::Filled; }));
    }

    void otherLimitsAreInForceFromTheRestartOnAndDoNotRewriteThePast()
    {
        QTemporaryDir folder;
        const std::string place = folder.path().toStdString();
        {
            Victim victim(place, QStringLiteral("2000"));
            QVERIFY(victim.killAfter(6));
        }
        PaperSession session(place, settings("60"));
        session.settings.push_back("risk.max_order_notional=1");
        take(session.start());
        QVERIFY2(waitFor([&] { return booksAgree(session, place); }), disagreement(session, place).c_str());
        session.stop();
        const backtest::ReplayReport replayed = take(backtest::replayJournal(sessionFolder(place) + "/journal", {}));
        QVERIFY2(replayed.identical, replayed.difference.c_str());
    }

private:
    static bool booksAgree(const PaperSession &session, const std::string &place)
    {
        for (const Order &order : session.seen.orders) {
            if (order.state == OrderState::Unknown || order.state == OrderState::Submitting) {
                return false;
            }
        }
        return !session.seen.positions.empty() && disagreement(session, place).empty();
    }

    static std::string disagreement(const PaperSession &session, const std::string &place)
    {
        VenueTruth truth = readVenueTruth(sessionFolder(place));
        std::string text;
        for (const Position &position : session.seen.positions) {
            const std::string &symbol = session.info.instruments[position.instrument.value - 1].symbol;
            if (truth.positions[symbol] != position.quantity.raw) {
                text += symbol + ": booked " + toString(position.quantity) + ", at the venue "
                    + toString(Quantity::fromRaw(truth.positions[symbol])) + "; ";
            }
        }
        return text;
    }

    static bool everythingIsProtected(const PaperSession &session)
    {
        for (const Position &position : session.seen.positions) {
            const Instrument &instrument = session.info.instruments[position.instrument.value - 1];
            if (abs(position.quantity) < instrument.minimumQuantity || position.quantity.isZero()) {
                continue;
            }
            const bool covered = session.anyOrder([&](const Order &order) {
                return order.instrument == position.instrument && order.reduceOnly && !isFinal(order.state)
                    && order.purpose != OrderPurpose::TakeProfit && order.remaining() == abs(position.quantity);
            }) != nullptr;
            if (!covered) {
                return false;
            }
        }
        return true;
    }
};

int runVictim(const std::string &folder, const std::string &speed)
{
    PaperSession session(folder, settings(speed));
    take(session.start());
    const auto limit = std::chrono::seconds(120);
    std::size_t said = session.seen.fills.size();
    const std::size_t atStart = said;
    waitFor(
        [&] {
            if (session.seen.fills.size() != said) {
                said = session.seen.fills.size();
                std::printf("%d\n", static_cast<int>(said - std::min(said, atStart)));
                std::fflush(stdout);
            }
            return false;
        },
        limit);
    return 1;
}

} // namespace coinswarm::test

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    if (argc == 4 && std::string_view(argv[1]) == "--victim") {
        return coinswarm::test::runVictim(argv[2], argv[3]);
    }
    coinswarm::test::TestSessionRestart test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_session_restart.moc"
