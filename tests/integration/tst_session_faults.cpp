// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/paper_session.h"
#include "support/venue_truth.h"

#include <QtTest/QtTest>

namespace coinswarm::test {

/// Sessions whose venue is behind a bad network. However bad, in the end the books say what the venue says.
class TestSessionFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theBooksAgreeWithTheVenueInTheEnd_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::newRow("L2 reports are lost") << "lose_report_every=3";
        QTest::newRow("L1 orders are lost") << "lose_order_every=3";
        QTest::newRow("L7 fills are repeated") << "repeat_fill_every=1";
        QTest::newRow("L4 cancels meet unknown orders") << "unknown_cancel_every=1";
        QTest::newRow("L10 fills come while disconnected") << "away_every_s=120";
    }

    void theBooksAgreeWithTheVenueInTheEnd()
    {
        QFETCH(QString, fault);
        QTemporaryDir folder;
        folder.setAutoRemove(false);
        PaperSession session(folder.path().toStdString(), busySettings("0", "2000"), {testPlugin("faulty_venue")});
        session.settings.push_back("venue.plugin=faulty_venue");
        session.settings.push_back("venue.settings." + fault.toStdString());
        take(session.start());
        QVERIFY(waitFor([&] { return session.seen.fills.size() >= 12; }, std::chrono::seconds(180)));
        // No new entries; then what is open comes to rest. At this pace the venue has nearly three hours of the session
        // for an answer before it is asked again.
        take(answer(session.engine->setPaused(true, "ann")));
        std::string left = disagreement(session);
        for (int tenMinutes = 0; tenMinutes < 60 && !left.empty(); ++tenMinutes) {
            const Timestamp then = session.status().now + std::chrono::minutes(10);
            QVERIFY(waitFor([&] { return session.seen.status.now > then; }));
            left = disagreement(session);
        }
        QVERIFY2(left.empty(), (left + session.story()).c_str());
        std::set<std::string> ids;
        for (const Fill &fill : session.seen.fills) {
            QVERIFY2(ids.insert(fill.venueFillId).second, fill.venueFillId.c_str());
        }
        for (const auto &[client, times] : readVenueTruth(session.folder + "/data/sessions/paper").orders) {
            QVERIFY2(times == 1, client.c_str());
        }
        QVERIFY(session.status().state == api::RunState::Paused);
    }

private:
    static std::string disagreement(PaperSession &session)
    {
        std::string text;
        // One moment for both: the market stands still, so that neither side moves on.
        take(answer(session.engine->setFeedPaused(true)));
        const api::Frame now = take(answer(session.engine->snapshot()));
        VenueTruth truth = readVenueTruth(session.folder + "/data/sessions/paper");
        take(answer(session.engine->setFeedPaused(false)));
        for (const Order &order : now.orders) {
            if (order.state == OrderState::Unknown || order.state == OrderState::Submitting) {
                text += order.clientId + " is " + std::string(enumName(order.state)) + "; ";
            }
            if (truth.filled[order.clientId] != order.filled.raw) {
                text += order.clientId + " (" + std::string(enumName(order.purpose)) + ", "
                    + std::string(enumName(order.state)) + ", " + order.reason + ") has " + toString(order.filled)
                    + " filled here and " + toString(Quantity::fromRaw(truth.filled[order.clientId])) + " there; ";
            }
        }
        return text + positionDisagreement(truth, now.positions, session.info.instruments);
    }
};

} // namespace coinswarm::test

QTEST_GUILESS_MAIN(coinswarm::test::TestSessionFaults)
#include "tst_session_faults.moc"
