// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "desk_bench.h"

#include "trading/order_hash.h"
#include "trading/risk_gate.h"

#include <QtCore/QFile>
#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::api;
using namespace coinswarm::test;
using namespace coinswarm::trading;

namespace {

/// An entry of 1 at 1000 with a stop at 990, which passes every check of the default limits.
Order goodOrder()
{
    Order order;
    order.id = OrderId(5);
    order.clientId = "cs-t-5";
    order.instrument = InstrumentId(1);
    order.quantity = quantity("1");
    order.referencePrice = price("1000");
    order.protectiveStop = price("990");
    return order;
}

RiskView goodView()
{
    RiskView view;
    view.now = at(100);
    view.instrument = instrument(1);
    view.account.cash = money("100000");
    view.account.equity = money("100000");
    view.account.peakEquity = money("100000");
    view.account.dayStartEquity = money("100000");
    view.lastPrice = price("1000");
    view.feeRate = ratio("0.001");
    return view;
}

ApprovalPolicy noApprovals()
{
    ApprovalPolicy policy;
    policy.rule = ApprovalRule::None;
    return policy;
}

std::vector<std::string> failures(const RiskReport &report)
{
    std::vector<std::string> codes;
    for (const RiskCheck &line : report.checks) {
        if (!line.passed) {
            codes.emplace_back(enumName(line.code));
        }
    }
    return codes;
}

const RiskCheck &lineOf(const RiskReport &report, DenialCode code)
{
    return report.checks[static_cast<std::size_t>(code)];
}

Approval approvedFor(const Order &order)
{
    Approval approval;
    approval.id = ApprovalId(3);
    approval.order = order.id;
    approval.instrument = order.instrument;
    approval.state = ApprovalState::Approved;
    approval.requested = at(90);
    approval.expires = at(150);
    approval.referencePrice = price("1000");
    approval.bandLow = price("995");
    approval.bandHigh = price("1005");
    approval.decidedBy = {"ann"};
    approval.orderHash = approvalHash(order, approval);
    return approval;
}

using Change = std::function<void(Order &, RiskView &)>;

} // namespace

Q_DECLARE_METATYPE(Change)

class TestRiskGate : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyCheckIsMadeAndAGoodOrderPassesAll()
    {
        const RiskReport report = RiskGate({}, noApprovals()).check(goodOrder(), goodView());
        QVERIFY2(report.passed, describe(report).c_str());
        SAME(report.checks.size(), kDenialCodes);
        for (std::size_t i = 0; i < kDenialCodes; ++i) {
            SAME(static_cast<std::size_t>(report.checks[i].code), i);
            QVERIFY(!report.checks[i].waived);
            QVERIFY(!describe(report.checks[i]).empty());
        }
    }

    void eachCodeDeniesAloneAndWithItsNumbers_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("text");
        const auto row = [](const char *code, Change change, const char *text) {
            QTest::newRow(code) << QString::fromLatin1(code) << change << QString::fromLatin1(text);
        };
        row(
            "position_size", [](Order &, RiskView &v) { v.position.quantity = quantity("24.5"); },
            "position with pending entries 25,500.00 USDT is above the limit 25,000.00 USDT");
        row(
            "order_notional", [](Order &o, RiskView &) { o.quantity = quantity("10.5"); },
            "order notional 10,500.00 USDT is above the limit 10,000.00 USDT");
        row(
            "gross_exposure", [](Order &, RiskView &v) { v.account.grossExposure = money("99500"); },
            "gross exposure with pending entries 100,500.00 USDT is above the limit 100,000.00 USDT");
        row(
            "loss_per_trade",
            [](Order &o, RiskView &) {
                o.quantity = quantity("5");
                o.protectiveStop = price("500");
            },
            "worst-case loss of the trade 2,507.50 USDT is above the limit 2,000.00 USDT");
        row(
            "daily_loss", [](Order &, RiskView &v) { v.account.dayStartEquity = money("105300"); },
            "loss of the day 5,300.00 USDT is above the limit 5,265.00 USDT");
        row(
            "drawdown", [](Order &, RiskView &v) { v.account.peakEquity = money("130000"); },
            "drawdown from the peak 23.076924 % is above the limit 20 %");
        row(
            "trades_per_day",
            [](Order &, RiskView &v) {
                v.tradesToday = 48;
                v.pending.entriesNotCounted = 2;
            },
            "number of entries today 51 is above the limit 50");
        row(
            "order_rate", [](Order &, RiskView &v) { v.ordersLastMinute = 60; },
            "number of orders within 60 seconds 61 is above the limit 60");
        row(
            "price_band",
            [](Order &o, RiskView &) {
                o.type = OrderType::Limit;
                o.limitPrice = price("1021");
            },
            "distance from the last price 210 bp is above the limit 200 bp");
        row(
            "open_orders", [](Order &, RiskView &v) { v.pending.count = 20; },
            "number of open and pending orders 21 is above the limit 20");
        row(
            "stale_market", [](Order &, RiskView &v) { v.marketAge = std::chrono::milliseconds(61'200); },
            "time since the last trade 61.2 s is above the limit 60.0 s");
        row(
            "instrument_rules", [](Order &o, RiskView &) { o.quantity = quantity("0.000015"); },
            "quantity 0.000015 BTC is not a multiple of the step 0.00001 BTC");
        row(
            "insufficient_cash", [](Order &, RiskView &v) { v.pending.cash = money("99999"); },
            "cash needed with pending buys 101,000.00 USDT is above the limit 100,000.00 USDT");
        row(
            "short_not_allowed",
            [](Order &o, RiskView &) {
                o.side = Side::Sell;
                o.protectiveStop = price("1010");
            },
            "the position would become short, which this instrument does not allow");
        row(
            "halted", [](Order &, RiskView &v) { v.halted = true; },
            "the kill switch is on: only orders that reduce a position pass");
        row(
            "paused", [](Order &, RiskView &v) { v.paused = true; }, "new entries are paused");
        row(
            "protective_prices", [](Order &o, RiskView &) { o.protectiveStop = price("1001"); },
            "the stop or the target is on the wrong side of the entry price");
        row(
            "not_reducing", [](Order &o, RiskView &) { o.reduceOnly = true; },
            "a reduce-only order would open, enlarge or turn the position");
        row(
            "reconciling", [](Order &, RiskView &v) { v.reconciling = true; },
            "the venue has not yet answered for every order of the session before");
        row(
            "position_mismatch", [](Order &, RiskView &v) { v.positionMismatch = true; },
            "the venue reports another position than the one booked");
    }
    void eachCodeDeniesAloneAndWithItsNumbers()
    {
        QFETCH(QString, code);
        QFETCH(Change, change);
        QFETCH(QString, text);
        Order order = goodOrder();
        RiskView view = goodView();
        change(order, view);
        const RiskReport report = RiskGate({}, noApprovals()).check(order, view);
        SAME(failures(report), std::vector<std::string>{code.toStdString()});
        SAME(describe(report, &view.instrument), text.toStdString());
        QVERIFY(!RiskGate({}, noApprovals()).release(order, view, nullptr).order.has_value());
    }

    void withoutAPriceThereIsNoMarket()
    {
        RiskView view = goodView();
        view.lastPrice = Price();
        const RiskReport report = RiskGate({}, noApprovals()).check(goodOrder(), view);
        QVERIFY(!lineOf(report, DenialCode::NoMarket).passed);
    }

    void exactlyAtTheLimitPasses()
    {
        Order order = goodOrder();
        order.quantity = quantity("10");
        RiskView view = goodView();
        const RiskReport report = RiskGate({}, noApprovals()).check(order, view);
        SAME(lineOf(report, DenialCode::OrderNotional).actual, money("10000").raw);
        QVERIFY(lineOf(report, DenialCode::OrderNotional).passed);
    }

    void pendingEntriesCountLikeOpenPositions()
    {
        RiskView view = goodView();
        view.pending.entryBuys = quantity("24.5");
        view.pending.entryNotional = money("99500");
        const RiskReport report = RiskGate({}, noApprovals()).check(goodOrder(), view);
        SAME(failures(report), (std::vector<std::string>{"position_size", "gross_exposure"}));
    }

    void anEntryWithoutAStopRisksItsWholeNotional()
    {
        Order order = goodOrder();
        order.quantity = quantity("2");
        order.protectiveStop = Price();
        const RiskReport report = RiskGate({}, noApprovals()).check(order, goodView());
        SAME(failures(report), std::vector<std::string>{"loss_per_trade"});
        SAME(lineOf(report, DenialCode::LossPerTrade).actual, money("2002").raw);
    }

    void anAbsurdSizeIsDeniedAndDoesNotThrow()
    {
        Order order = goodOrder();
        order.quantity = Quantity::fromRaw(std::numeric_limits<std::int64_t>::max() / 1000 * 1000);
        const RiskReport report = RiskGate({}, noApprovals()).check(order, goodView());
        SAME(failures(report), std::vector<std::string>{"order_notional"});
    }

    void whatOnlyReducesPassesHaltLossesAndExposure()
    {
        RiskView view = goodView();
        view.position.quantity = quantity("30");
        view.halted = view.paused = true;
        view.account.peakEquity = money("900000");
        view.account.dayStartEquity = money("900000");
        view.account.cash = Money();
        view.marketAge = std::chrono::hours(2);
        view.tradesToday = view.ordersLastMinute = view.pending.count = 1000;
        Order order = goodOrder();
        order.side = Side::Sell;
        order.purpose = OrderPurpose::Exit;
        order.reduceOnly = true;
        order.quantity = quantity("30");
        RiskLimits limits;
        ApprovalPolicy all;
        all.rule = ApprovalRule::All;
        view.mode = TradingMode::Live;
        const auto released = RiskGate(limits, all).release(order, view, nullptr);
        QVERIFY2(released.report.passed, describe(released.report).c_str());
        QVERIFY(lineOf(released.report, DenialCode::Halted).waived);

        order.quantity = quantity("30.00001");
        QVERIFY(!lineOf(RiskGate(limits, all).check(order, view), DenialCode::NotReducing).passed);
        order.quantity = quantity("0.000001");
        QVERIFY(!lineOf(RiskGate(limits, all).check(order, view), DenialCode::InstrumentRules).passed);
        order.quantity = quantity("30");
        view.pending.exits = quantity("1"); // another exit is on its way: both together would turn the position
        QVERIFY(!RiskGate(limits, all).check(order, view).passed);
    }

    void S4_aLimitOfZeroIsAnErrorAndNeverUnlimited()
    {
        QVERIFY(validate(RiskLimits()).ok());
        RiskLimits zero;
        zero.maxDailyLoss = Ratio();
        QVERIFY(!validate(zero).ok());
        QVERIFY(validate(zero).error().message.find("max_daily_loss") != std::string::npos);
        RiskLimits negative;
        negative.maxOpenOrders = -1;
        QVERIFY(!validate(negative).ok());
        // And even if nobody validates, zero denies rather than permits.
        zero = {};
        zero.maxOrderNotional = Money();
        SAME(failures(RiskGate(zero, noApprovals()).check(goodOrder(), goodView())),
             std::vector<std::string>{"order_notional"});
    }

    void S6_releaseItselfDemandsAMatchingApproval_data()
    {
        QTest::addColumn<std::function<void(Order &, RiskView &, Approval &)>>("change");
        QTest::addColumn<bool>("passes");
        using Tamper = std::function<void(Order &, RiskView &, Approval &)>;
        const auto row = [](const char *name, bool passes, Tamper change) { QTest::newRow(name) << change << passes; };
        row("as approved", true, [](Order &, RiskView &, Approval &) {});
        row("still pending", false, [](Order &, RiskView &, Approval &a) { a.state = ApprovalState::Pending; });
        row("rejected", false, [](Order &, RiskView &, Approval &a) { a.state = ApprovalState::Rejected; });
        row("order made larger", false, [](Order &o, RiskView &, Approval &) { o.quantity = quantity("1.5"); });
        row("stop moved", false, [](Order &o, RiskView &, Approval &) { o.protectiveStop = price("980"); });
        row("of another order", false, [](Order &o, RiskView &, Approval &) { o.id = OrderId(6); });
        row("outside its band", false, [](Order &, RiskView &v, Approval &) { v.lastPrice = price("1006"); });
        row("band widened afterwards", false, [](Order &, RiskView &v, Approval &a) {
            a.bandHigh = price("1010");
            v.lastPrice = price("1006");
        });
        row("too late", false, [](Order &, RiskView &v, Approval &) { v.now = at(150); });
        row("by nobody", false, [](Order &, RiskView &, Approval &a) { a.decidedBy.clear(); });
    }
    void S6_releaseItselfDemandsAMatchingApproval()
    {
        using Tamper = std::function<void(Order &, RiskView &, Approval &)>;
        QFETCH(Tamper, change);
        QFETCH(bool, passes);
        Order order = goodOrder();
        RiskView view = goodView();
        Approval approval = approvedFor(order);
        change(order, view, approval);
        for (const TradingMode mode : {TradingMode::Live, TradingMode::Paper}) {
            ApprovalPolicy policy = noApprovals();
            policy.rule = mode == TradingMode::Live ? ApprovalRule::None : ApprovalRule::All;
            view.mode = mode;
            const RiskGate gate({}, policy);
            QVERIFY(gate.needsApproval(order, view));
            const auto released = gate.release(order, view, &approval);
            SAME(released.order.has_value(), passes);
            SAME(released.report.passed, passes);
            QVERIFY(!gate.release(order, view, nullptr).order.has_value());
        }
    }

    void S6_twoOperatorsAboveTheThresholdMustDiffer()
    {
        Order order = goodOrder();
        RiskView view = goodView();
        view.mode = TradingMode::Live;
        ApprovalPolicy policy;
        policy.twoOperatorsAbove = money("999");
        const RiskGate gate({}, policy);
        Approval approval = approvedFor(order);
        QVERIFY(!gate.release(order, view, &approval).order);
        approval.decidedBy = {"ann", "ann"};
        QVERIFY(!gate.release(order, view, &approval).order);
        approval.decidedBy = {"ann", "bob"};
        QVERIFY(gate.release(order, view, &approval).order);
    }

    void policyDecidesWhoWaits()
    {
        ApprovalPolicy above;
        above.threshold = money("1000");
        QVERIFY(!needsApproval(above, TradingMode::Paper, money("1000")));
        QVERIFY(needsApproval(above, TradingMode::Paper, money("1000.01")));
        QVERIFY(!needsApproval(noApprovals(), TradingMode::Backtest, money("5000")));
        QVERIFY(needsApproval(noApprovals(), TradingMode::Live, money("1")));
    }

    void theDocumentationIsWhatTheCodeSays()
    {
        QFile file(QStringLiteral(COINSWARM_SOURCE_DIR "/docs/risk-limits.md"));
        QVERIFY2(file.open(QIODevice::ReadOnly), "docs/risk-limits.md is missing");
        SAME(file.readAll().toStdString(), riskLimitsMarkdown());
        for (const std::string_view name : kEnumNames<DenialCode>) {
            QVERIFY(riskLimitsMarkdown().find("`" + std::string(name) + "`") != std::string::npos);
        }
    }
};

QTEST_GUILESS_MAIN(TestRiskGate)
#include "tst_risk_gate.moc"
