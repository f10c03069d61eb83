// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "api/frame_mailbox.h"
#include "api/frame_merge.h"

#include <QtCore/QThread>
#include <QtTest/QTest>

namespace coinswarm::control {

namespace {

Candle bar(std::int64_t open, std::int32_t close)
{
    Candle candle;
    candle.instrument = InstrumentId(1);
    candle.interval = {60};
    candle.openTime = Timestamp::fromMilliseconds(open * 60'000);
    candle.close = Price::fromInteger(close);
    return candle;
}

Order order(std::uint64_t id, OrderState state)
{
    Order o;
    o.id = OrderId(id);
    o.state = state;
    return o;
}

Fill fill(std::uint64_t id)
{
    Fill f;
    f.id = FillId(id);
    return f;
}

} // namespace

/// Two frames as one, and how a slow reader gets them.
class TestFrameMerge : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stringsEventsTogetherAndKeepsNewestStates();
    void forgetsAnOpenBarThatHasClosed();
    void aFullFrameReplacesEverything();
    void aBusyReaderGetsOneMergedFrame();
    void nothingComesAfterTheHandleIsGone();
    void whatWaitsIsBounded();
};

void TestFrameMerge::stringsEventsTogetherAndKeepsNewestStates()
{
    api::Frame older;
    older.number = 4;
    older.fills = {fill(1)};
    older.orders = {order(1, OrderState::Accepted), order(2, OrderState::Accepted)};
    older.agents.resize(3);
    api::Frame newer;
    newer.number = 5;
    newer.status.events = 99;
    newer.fills = {fill(2)};
    newer.orders = {order(2, OrderState::Filled), order(3, OrderState::Proposed)};
    api::mergeFrame(older, newer);
    QCOMPARE(older.number, std::uint64_t{5});
    QCOMPARE(older.status.events, std::uint64_t{99});
    QCOMPARE(older.fills, (std::vector<Fill>{fill(1), fill(2)}));
    QCOMPARE(older.orders,
             (std::vector<Order>{order(1, OrderState::Accepted), order(2, OrderState::Filled),
                                 order(3, OrderState::Proposed)}));
    QCOMPARE(older.agents.size(), std::size_t{3});
    QCOMPARE(api::frameEntries(older), std::size_t{8});
}

void TestFrameMerge::forgetsAnOpenBarThatHasClosed()
{
    api::Frame older;
    older.openCandles = {bar(1, 10)};
    api::Frame newer;
    newer.closedCandles = {bar(1, 11)};
    api::mergeFrame(older, newer);
    QVERIFY(older.openCandles.empty());
    api::Frame next;
    next.openCandles = {bar(2, 12)};
    api::mergeFrame(older, next);
    QCOMPARE(older.openCandles, std::vector<Candle>{bar(2, 12)});
    QCOMPARE(older.closedCandles, std::vector<Candle>{bar(1, 11)});
}

void TestFrameMerge::aFullFrameReplacesEverything()
{
    api::Frame older;
    older.fills = {fill(1)};
    api::Frame full;
    full.full = true;
    full.number = 7;
    full.fills = {fill(9)};
    api::mergeFrame(older, full);
    QVERIFY(older.full);
    QCOMPARE(older.fills, std::vector<Fill>{fill(9)});
    api::Frame newer;
    newer.number = 8;
    api::mergeFrame(older, newer);
    QVERIFY(older.full);
    QCOMPARE(older.number, std::uint64_t{8});
}

void TestFrameMerge::aBusyReaderGetsOneMergedFrame()
{
    QObject context;
    std::vector<api::Frame> seen;
    auto mailbox =
        std::make_shared<api::FrameMailbox>(&context, [&](const api::Frame &frame) { seen.push_back(frame); });
    const std::unique_ptr<api::Handle> handle = api::handleFor(mailbox);
    std::unique_ptr<QThread> writer(QThread::create([&] {
        for (std::uint64_t i = 1; i <= 100; ++i) {
            api::Frame frame;
            frame.number = i;
            frame.fills = {fill(i)};
            mailbox->post(frame);
        }
    }));
    writer->start();
    QVERIFY(writer->wait(10'000));
    QVERIFY(seen.empty());
    QTRY_COMPARE(seen.size(), std::size_t{1});
    QCOMPARE(seen.front().fills.size(), std::size_t{100});
    QCOMPARE(seen.front().number, std::uint64_t{100});
}

void TestFrameMerge::nothingComesAfterTheHandleIsGone()
{
    QObject context;
    int seen = 0;
    auto mailbox = std::make_shared<api::FrameMailbox>(&context, [&](const api::Frame &) { ++seen; });
    std::unique_ptr<api::Handle> handle = api::handleFor(mailbox);
    mailbox->post({});
    handle.reset();
    mailbox->post({});
    QCoreApplication::processEvents();
    QCOMPARE(seen, 0);
    QVERIFY(mailbox->closed());
}

void TestFrameMerge::whatWaitsIsBounded()
{
    QObject context;
    std::vector<api::Frame> seen;
    auto mailbox =
        std::make_shared<api::FrameMailbox>(&context, [&](const api::Frame &frame) { seen.push_back(frame); });
    const std::unique_ptr<api::Handle> handle = api::handleFor(mailbox);
    std::uint64_t id = 0;
    for (int i = 0; i < 200; ++i) {
        api::Frame frame;
        for (int k = 0; k < 1'000; ++k) {
            frame.fills.push_back(fill(++id));
        }
        mailbox->post(frame);
    }
    QTRY_COMPARE(seen.size(), std::size_t{1});
    QVERIFY(seen.front().fills.size() <= api::FrameMailbox::kMostEntries);
    QCOMPARE(seen.front().fills.back().id, FillId(id));
}

} // namespace coinswarm::control

QTEST_GUILESS_MAIN(coinswarm::control::TestFrameMerge)
#include "tst_frame_merge.moc"
