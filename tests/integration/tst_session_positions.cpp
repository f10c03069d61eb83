// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "backtest/replay.h"
#include "engine/record_codec.h"
#include "journal/journal_reader.h"
#include "support/paper_session.h"
#include "support/venue_truth.h"

#include <QtTest/QtTest>

namespace coinswarm::test {

namespace {

/// How often each venue fill was booked.
std::map<std::string, int> bookedFills(const std::string &folder)
{
    std::map<std::string, int> fills;
    journal::JournalReader reader = take(journal::JournalReader::open(folder + "/data/sessions/paper/journal"));
    while (const std::optional<journal::RecordView> record = take(reader.next())) {
        if (!engine::isEffectType(record->header.type)) {
            continue;
        }
        const engine::RecordedEffect effect = take(engine::decodeEffect(record->header.type, record->payload));
        if (const auto *booked = std::get_if<engine::effect::FillBooked>(&effect)) {
            ++fills[booked->fill.venueFillId];
        }
    }
    return fills;
}

const Position *openPosition(const PaperSession &session)
{
    for (const Position &position : session.seen.positions) {
        if (!position.quantity.isZero()
            && abs(position.quantity) >= session.info.instruments[position.instrument.value - 1].minimumQuantity)
        {
            return &position;
        }
    }
    return nullptr;
}

std::size_t stopsOf(const PaperSession &session, InstrumentId instrument)
{
    return static_cast<std::size_t>(
        std::count_if(session.seen.orders.begin(), session.seen.orders.end(), [&](const Order &order) {
            return order.instrument == instrument && order.purpose == OrderPurpose::StopLoss;
        }));
}

} // namespace

/// Positions that are open while the session is not, and positions that somebody else closes.
class TestSessionPositions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void L5_aWarmRestartBooksNoSyntheticFill()
    {
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString(), busySettings("0", "600"));
        for (int round = 0; round < 4; ++round) {
            session.settings[0] = "feed.speed=600";
            take(session.start());
            QVERIFY2(waitFor([&] { return openPosition(session) != nullptr; }, std::chrono::seconds(60)),
                     session.story().c_str());
            take(answer(session.engine->setFeedPaused(true)));
            const std::vector<Position> before = take(answer(session.engine->snapshot())).positions;
            session.stop();
            const std::map<std::string, int> fills = bookedFills(session.folder);
            QVERIFY(!fills.empty());

            // The market moves by seconds only, so whatever is booked now comes of the restart.
            session.settings[0] = "feed.speed=1";
            take(session.start());
            QVERIFY(waitFor([&] { return session.alerted("reconciled"); }));
            const std::vector<Position> after = take(answer(session.engine->snapshot())).positions;
            QCOMPARE(after.size(), before.size());
            session.stop();
            VenueTruth truth = readVenueTruth(session.folder + "/data/sessions/paper");
            const std::map<std::string, int> now = bookedFills(session.folder);
            for (const auto &[id, times] : now) {
                QVERIFY2(truth.fills.contains(id), id.c_str()); // nothing that the venue did not do
                QVERIFY2(times == 1, id.c_str());
            }
            for (std::size_t i = 0; i < after.size(); ++i) {
                const std::string &symbol = session.info.instruments[after[i].instrument.value - 1].symbol;
                QCOMPARE(after[i].quantity.raw, truth.positions[symbol]);
                if (now == fills) { // unless an order that was on its way has filled
                    QVERIFY(after[i].quantity == before[i].quantity && after[i].cost == before[i].cost);
                    QVERIFY(after[i].realised == before[i].realised && after[i].opened == before[i].opened);
                }
            }
        }
        const backtest::ReplayReport replayed =
            take(backtest::replayJournal(folder.path().toStdString() + "/data/sessions/paper/journal", {}));
        QVERIFY2(replayed.identical, replayed.difference.c_str());
    }

    void L9_aStopThatTheUserEndedAtTheVenueIsNotAddedAgain()
    {
        QTemporaryDir folder;
        PaperSession session(folder.path().toStdString(), busySettings("0", "600"), {testPlugin("faulty_venue")});
        session.settings.push_back("venue.plugin=faulty_venue");
        session.settings.push_back("venue.settings.user_ends_stops=1");
        take(session.start());
        QVERIFY2(waitFor([&] { return session.alerted("stop_ended_by_venue"); }, std::chrono::seconds(60)),
                 session.story().c_str());
        take(answer(session.engine->setPaused(true, "ann"))); // no new entries, which would deserve a stop of their own
        const Order ended = *session.anyOrder([](const Order &order) {
            return order.purpose == OrderPurpose::StopLoss && order.state == OrderState::Cancelled;
        });
        const std::size_t stops = stopsOf(session, ended.instrument);
        // Long enough for every timer, and for the reminder that nobody protects the position.
        Timestamp until = session.status().now + std::chrono::hours(2);
        QVERIFY(waitFor([&] { return session.seen.status.now > until; }, std::chrono::seconds(60)));
        QCOMPARE(stopsOf(session, ended.instrument), stops);
        session.stop();

        // Nor after a restart, when every order is asked for and every position is looked at again.
        session.settings.back() = "venue.settings.user_ends_stops=0";
        take(session.start());
        QVERIFY(waitFor([&] { return session.alerted("reconciled"); }));
        until = session.status().now + std::chrono::hours(1);
        QVERIFY(waitFor([&] { return session.seen.status.now > until; }, std::chrono::seconds(60)));
        for (const Order &order : session.seen.orders) {
            QVERIFY2(order.instrument != ended.instrument || order.purpose != OrderPurpose::StopLoss
                         || isFinal(order.state),
                     order.clientId.c_str());
        }
    }
};

} // namespace coinswarm::test

QTEST_GUILESS_MAIN(coinswarm::test::TestSessionPositions)
#include "tst_session_positions.moc"
