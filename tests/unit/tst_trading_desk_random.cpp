// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "desk_bench.h"

#include <QtTest/QtTest>

#include <random>

using namespace coinswarm;
using namespace coinswarm::api;
using namespace coinswarm::test;
using namespace coinswarm::trading;

namespace {

/// A venue that is allowed to be nasty: it loses, delays, repeats and reorders what it says, but it never fills more than
/// was ordered, and it tells the truth when it is asked.
class NastyVenue
{
public:
    struct Held {
        Order order;
        Quantity filled;
        bool open = true;
        std::vector<VenueReport> fills;
    };

    explicit NastyVenue(std::uint64_t seed) : m_random(seed) {}

    bool chance(int percent) { return static_cast<int>(m_random() % 100) < percent; }
    std::uint64_t below(std::uint64_t n) { return m_random() % n; }

    void submit(const Order &order)
    {
        if (chance(5)) {
            return; // lost on the way
        }
        if (chance(5)) {
            say(report(ReportKind::Rejected, order, "not today"));
            return;
        }
        m_held[order.clientId] = {order, {}, true, {}};
        if (!chance(5)) {
            say(report(ReportKind::Accepted, order));
        }
    }

    void cancel(const Order &order)
    {
        const auto it = m_held.find(order.clientId);
        if (it == m_held.end() || !it->second.open || chance(10)) {
            say(report(ReportKind::CancelRejected, order, "unknown order"));
        } else if (!chance(10)) {
            it->second.open = false;
            say(report(ReportKind::Cancelled, order));
        }
    }

    void query(const Order &order)
    {
        const auto it = m_held.find(order.clientId);
        if (it == m_held.end()) {
            say(report(ReportKind::NotFound, order));
            return;
        }
        for (const VenueReport &fill : it->second.fills) {
            say(fill);
        }
        if (it->second.open) {
            VenueReport made = report(ReportKind::Working, order);
            made.filledSoFar = it->second.filled;
            say(made);
        } else if (it->second.filled < it->second.order.quantity) {
            say(report(ReportKind::Cancelled, order));
        }
    }

    /// Fills a random part of a random open order at about `last`.
    void trade(const std::map<std::uint32_t, Price> &last)
    {
        std::vector<Held *> open;
        for (auto &[id, held] : m_held) {
            if (held.open) {
                open.push_back(&held);
            }
        }
        if (open.empty()) {
            return;
        }
        Held &held = *open[below(open.size())];
        const Quantity left = held.order.quantity - held.filled;
        Quantity part = chance(50) ? left : roundedDownTo(Quantity::fromRaw(left.raw / 2), Quantity::fromRaw(1'000));
        if (!part.isPositive()) {
            part = left;
        }
        VenueReport made = report(ReportKind::Filled, held.order);
        made.price = last.at(held.order.instrument.value);
        made.quantity = part;
        made.fee = scaled(notional(made.price, part), ratio("0.001"));
        made.venueFillId = "v" + std::to_string(++m_fills);
        held.filled += part;
        held.open = held.filled < held.order.quantity;
        held.fills.push_back(made);
        if (!chance(5)) {
            say(made);
        }
    }

    /// What has arrived at the desk by now; a few things twice, in any order.
    std::vector<VenueReport> arrivals()
    {
        std::vector<VenueReport> now;
        std::vector<VenueReport> later;
        for (const VenueReport &waiting : m_said) {
            (chance(70) ? now : later).push_back(waiting);
        }
        m_said = later;
        if (!now.empty() && chance(10)) {
            now.push_back(now[below(now.size())]);
        }
        std::shuffle(now.begin(), now.end(), m_random);
        return now;
    }

private:
    void say(const VenueReport &report) { m_said.push_back(report); }

    std::mt19937_64 m_random;
    std::map<std::string, Held> m_held;
    std::vector<VenueReport> m_said;
    std::uint64_t m_fills = 0;
};

} // namespace

class TestTradingDeskRandom : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nothingBadIsEverSent_data()
    {
        QTest::addColumn<std::uint64_t>("seed");
        QTest::addColumn<bool>("asks");
        QTest::addColumn<bool>("shorts");
        for (std::uint64_t seed = 1; seed <= 8; ++seed) {
            QTest::addRow("seed %d", static_cast<int>(seed)) << seed << (seed % 2 == 0) << (seed % 4 < 2);
        }
    }
    void nothingBadIsEverSent()
    {
        QFETCH(std::uint64_t, seed);
        QFETCH(bool, asks);
        QFETCH(bool, shorts);
        DeskConfig config = asks ? Bench::asking() : Bench::quiet();
        config.orders.retention = 50;
        config.limits.maxTradesPerDay = 2'000;
        config.limits.maxDrawdown = ratio("0.9");
        config.limits.maxDailyLoss = ratio("0.9");
        NastyVenue venue(seed);
        auto bench = std::make_unique<Bench>(config, shorts);
        double now = 0;
        std::map<std::uint32_t, std::int64_t> cents{{1, 100'000}, {2, 10'000}};
        std::size_t handled = 0;
        std::size_t cancels = 0;
        std::size_t queries = 0;
        std::uint64_t fillsBooked = 0;
        std::uint64_t ordersSent = 0;
        std::uint64_t sentBefore = 0;
        const auto deliver = [&] {
            Heard &heard = bench->heard;
            for (; handled < heard.submitted.size(); ++handled) {
                const Order &order = heard.submitted[handled];
                // The limits, recomputed here without the gate.
                const Money worth = notional(bench->lastPrices[order.instrument.value], order.quantity, Rounding::Up);
                if (order.purpose == OrderPurpose::Entry) {
                    QVERIFY(worth <= config.limits.maxOrderNotional);
                    QVERIFY(!bench->desk.haltState().halted);
                    QVERIFY(!bench->desk.haltState().paused);
                    QVERIFY(!bench->desk.isReconciling());
                    QVERIFY(!asks || heard.approvalsUsed[handled]);
                    const Quantity after = bench->held(order.instrument.value)
                        + (order.side == Side::Buy ? order.quantity : -order.quantity);
                    QVERIFY(notional(bench->lastPrices[order.instrument.value], abs(after), Rounding::Down)
                            <= config.limits.maxPositionNotional);
                    QVERIFY(shorts || order.side == Side::Buy); // on a spot market nothing is opened by selling
                } else {
                    QVERIFY(order.reduceOnly);
                }
                ++ordersSent;
                venue.submit(order);
            }
            for (; cancels < heard.cancelled.size(); ++cancels) {
                venue.cancel(*bench->desk.order(heard.cancelled[cancels]));
            }
            for (; queries < heard.queried.size(); ++queries) {
                venue.query(*bench->desk.order(heard.queried[queries]));
            }
        };
        for (int step = 0; step < 6'000; ++step) {
            now += static_cast<double>(venue.below(2'000)) / 1'000;
            const auto id = static_cast<std::uint32_t>(1 + venue.below(2));
            cents[id] = std::max<std::int64_t>(100, cents[id] + static_cast<std::int64_t>(venue.below(201)) - 100);
            const Price last = Price::fromRaw(cents[id] * 1'000'000);
            bench->tick(toString(last).c_str(), now, id);
            if (venue.chance(20)) {
                Decision decision = decide(venue.chance(60) ? Action::Buy : Action::Sell, "0", "0", "0", id);
                decision.size =
                    Quantity::fromRaw(static_cast<std::int64_t>(venue.below(id == 1 ? 1'200'000'000 : 12'000'000'000)));
                const Price away = Price::fromRaw(last.raw / 100);
                if (venue.chance(80)) {
                    decision.stop = decision.action == Action::Buy ? last - away : last + away;
                    decision.target = decision.action == Action::Buy ? last + away : last - away;
                }
                bench->propose(decision, now);
                deliver();
            }
            venue.trade(bench->lastPrices);
            deliver();
            for (const VenueReport &arrived : venue.arrivals()) {
                bench->say(arrived, now);
                deliver();
            }
            if (asks && venue.chance(50)) {
                for (const Approval *pending : bench->desk.approvals().pending()) {
                    const OperatorDecision yes{pending->id, pending->orderHash, venue.chance(80), "ann", "seen"};
                    bench->desk.onOperator(yes, at(now));
                    deliver();
                    break;
                }
            }
            if (bench->desk.nextWake() <= at(now)) {
                bench->desk.onTimer(at(now));
                deliver();
            }
            if (venue.chance(1)) {
                bench->desk.halt("drill", at(now));
            } else if (venue.chance(10)) {
                // Refused when there is nothing to re-arm, which is fine here.
                static_cast<void>(bench->desk.resume("ann", at(now)));
            }
            if (venue.chance(1)) {
                bench->desk.setPaused(!bench->desk.haltState().paused, "drill", at(now));
            }
            deliver();
            if (step % 500 == 499) {
                // A restart in the middle of everything.
                fillsBooked += bench->heard.fills.size();
                QVERIFY2(ordersSent > sentBefore, "the desk has come to a standstill");
                sentBefore = ordersSent;
                QVERIFY2(bench->heard.broken.empty(),
                         bench->heard.broken.empty() ? "" : bench->heard.broken[0].c_str());
                auto next = std::make_unique<Bench>(config, shorts);
                next->lastPrices = bench->lastPrices;
                next->lastTimes = bench->lastTimes;
                restore(next->desk, saved(bench->desk));
                SAME(saved(next->desk), saved(bench->desk));
                bench = std::move(next);
                handled = cancels = queries = 0;
                bench->desk.reconcile(at(now));
                deliver();
            }
            if (QTest::currentTestFailed()) {
                return; // a failed check inside deliver() ends only that
            }
            const auto sound = bench->desk.portfolio().checkInvariants();
            QVERIFY2(sound.ok(), sound.ok() ? "" : sound.error().message.c_str());
        }
        QVERIFY2(bench->heard.broken.empty(), bench->heard.broken.empty() ? "" : bench->heard.broken[0].c_str());
        QVERIFY2(bench->heard.alertCount("illegal_transition") == 0, "an illegal transition was attempted");
        // The run must have been worth something.
        QVERIFY2(fillsBooked > 100, QByteArray::number(static_cast<qulonglong>(fillsBooked)).constData());
        QVERIFY2(ordersSent > 100, QByteArray::number(static_cast<qulonglong>(ordersSent)).constData());
    }
};

QTEST_GUILESS_MAIN(TestTradingDeskRandom)
#include "tst_trading_desk_random.moc"
