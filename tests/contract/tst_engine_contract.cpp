// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/config_loader.h"
#include "rpc/remote_engine.h"
#include "rpc/rpc_server.h"
#include "supervision/local_engine.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <algorithm>
#include <map>

namespace coinswarm::control {

namespace {

constexpr int kPatienceMs = 20'000;

/// A running session on a simulated market in which every entry waits for an operator.
std::unique_ptr<api::Engine> startSession(const QString &folder)
{
    config::Sources sources;
    sources.overrides = {"approval.rule=all",     "approval.expiry=12h", "approval.band_bps=5000",
                         "feed.plugin=simulated", "feed.speed=120",      "session.name=contract"};
    const config::Loaded loaded = config::loadConfiguration(sources);
    if (!loaded.ok()) {
        qWarning("%s", config::problemsText(loaded.problems).c_str());
        return nullptr;
    }
    supervision::LocalOptions options;
    options.configuration = loaded.configuration;
    options.configurationHash = config::configurationHash(loaded);
    options.paths = config::Paths::below(folder.toStdString());
    options.pluginFolders = {COINSWARM_BINARY_DIR "/lib/coinswarm/plugins"};
    Result<std::unique_ptr<api::Engine>> engine = supervision::startLocalEngine(std::move(options));
    if (!engine.ok()) {
        qWarning("%s", engine.error().message.c_str());
        return nullptr;
    }
    return std::move(engine).value();
}

/// What a reader of frames knows: the newest state of everything.
class Picture
{
public:
    explicit Picture(api::Engine &engine)
        : m_handle(engine.handleFrames(&m_context, [this](const api::Frame &frame) { take(frame); }))
    {}

    std::vector<api::Frame> frames;
    api::SessionStatus status;
    std::map<ApprovalId, api::Approval> approvals;
    std::map<OrderId, Order> orders;
    std::map<DecisionId, Decision> decisions;

    std::optional<api::Approval> pending() const
    {
        for (const auto &[id, approval] : approvals) {
            if (approval.state == api::ApprovalState::Pending && !approval.awaitingPrice) {
                return approval;
            }
        }
        return std::nullopt;
    }
    void end() { m_handle.reset(); }

private:
    void take(const api::Frame &frame)
    {
        frames.push_back(frame);
        status = frame.status;
        for (const api::Approval &approval : frame.approvals) {
            approvals[approval.id] = approval;
        }
        for (const Order &order : frame.orders) {
            orders[order.id] = order;
        }
        for (const Decision &decision : frame.decisions) {
            decisions[decision.id] = decision;
        }
    }

    QObject m_context;
    std::unique_ptr<api::Handle> m_handle;
};

template <class T>
Result<T> waitFor(QFuture<Result<T>> future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, kPatienceMs) || future.resultCount() == 0) {
        return Error{ErrorKind::Unavailable, "the future was not finished"};
    }
    return future.result();
}

template <class T>
bool isError(const Result<T> &result, ErrorKind kind)
{
    if (result.ok()) {
        qWarning("succeeded");
        return false;
    }
    if (result.error().kind != kind) {
        qWarning("another error: %s", result.error().message.c_str());
    }
    return result.error().kind == kind && !result.error().message.empty();
}

} // namespace

/// What every control::Engine keeps, whether it is in the process or behind a socket. All tests of one kind of engine
/// share a session, as operators of one engine do.
class TestEngineContract : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void saysWhatTheSessionIs_data() { engines(); }
    void saysWhatTheSessionIs();
    void statusMovesOn_data() { engines(); }
    void statusMovesOn();
    void firstFrameIsFullAndTheOthersAreNot_data() { engines(); }
    void firstFrameIsFullAndTheOthersAreNot();
    void snapshotIsAFullFrame_data() { engines(); }
    void snapshotIsAFullFrame();
    void noFrameComesAfterTheHandleIsGone_data() { engines(); }
    void noFrameComesAfterTheHandleIsGone();
    void candlesAreTheNewestOfTheirKind_data() { engines(); }
    void candlesAreTheNewestOfTheirKind();
    void hasNoCandlesOfWhatItDoesNotKeep_data() { engines(); }
    void hasNoCandlesOfWhatItDoesNotKeep();
    void listsPlugins_data() { engines(); }
    void listsPlugins();
    void tellsThatItIsConnected_data() { engines(); }
    void tellsThatItIsConnected();
    void refusesAnAnswerToSomethingElse_data() { engines(); }
    void refusesAnAnswerToSomethingElse();
    void approvesWhatWasShown_data() { engines(); }
    void approvesWhatWasShown();
    void rejectsWithAReason_data() { engines(); }
    void rejectsWithAReason();
    void explainsAnOrderBackToTheMarket_data() { engines(); }
    void explainsAnOrderBackToTheMarket();
    void knowsNothingOfAnOrderThatIsNot_data() { engines(); }
    void knowsNothingOfAnOrderThatIsNot();
    void pausesAndGoesOn_data() { engines(); }
    void pausesAndGoesOn();
    void marketStandsStillOnRequest_data() { engines(); }
    void marketStandsStillOnRequest();
    void setsTheSpeed_data() { engines(); }
    void setsTheSpeed();
    void playsOnToAMoment_data() { engines(); }
    void playsOnToAMoment();
    void readsTheAuditLogWhereThereIsOne_data() { engines(); }
    void readsTheAuditLogWhereThereIsOne();
    void haltsAndResumes_data() { engines(); }
    void proposesWhatAPersonWishesForTheCommittee_data() { engines(); }
    void proposesWhatAPersonWishesForTheCommittee();
    void haltsAndResumes();

private:
    static void engines()
    {
        QTest::addColumn<bool>("remote");
        QTest::newRow("local") << false;
        QTest::newRow("remote") << true;
    }
    api::Engine &engine()
    {
        QFETCH(const bool, remote);
        return remote ? *m_remote : *m_local;
    }

    QTemporaryDir m_folder;
    std::unique_ptr<api::Engine> m_local;
    std::unique_ptr<api::Engine> m_served;
    std::unique_ptr<rpc::RpcServer> m_server;
    std::unique_ptr<api::Engine> m_remote;
};

void TestEngineContract::initTestCase()
{
    m_local = startSession(m_folder.filePath(QStringLiteral("local")));
    m_served = startSession(m_folder.filePath(QStringLiteral("served")));
    QVERIFY(m_local != nullptr && m_served != nullptr);
    rpc::RpcServerOptions options;
    options.token = std::string(64, 'c');
    Result<std::unique_ptr<rpc::RpcServer>> server = rpc::RpcServer::start(*m_served, options);
    QVERIFY2(server.ok(), server.ok() ? "" : server.error().message.c_str());
    m_server = std::move(server).value();
    m_remote = rpc::connectRemoteEngine(m_server->url(), QString::fromStdString(options.token));
}

void TestEngineContract::cleanupTestCase()
{
    m_remote.reset();
    m_server.reset();
    m_served.reset();
    m_local.reset();
}

void TestEngineContract::saysWhatTheSessionIs()
{
    const Result<api::SessionInfo> info = waitFor(engine().sessionInfo());
    QVERIFY2(info.ok(), info.ok() ? "" : info.error().message.c_str());
    QCOMPARE(info->session, std::string("contract"));
    QVERIFY(info->mode == api::SessionMode::Paper);
    QCOMPARE(info->agents, (std::vector<std::string>{"trend", "mean_reversion", "risk"}));
    QVERIFY(!info->instruments.empty());
    QVERIFY(!info->indicators.empty());
    QVERIFY(std::is_sorted(info->intervals.begin(), info->intervals.end()));
    QVERIFY(std::find(info->intervals.begin(), info->intervals.end(), info->decisionInterval) != info->intervals.end());
    QVERIFY(!info->journal.empty());
}

void TestEngineContract::statusMovesOn()
{
    const Result<api::SessionStatus> first = waitFor(engine().status());
    QVERIFY(first.ok());
    QVERIFY(first->killSwitchTested);
    QVERIFY(first->account.startingCash == Money::fromInteger(10'000));
    const auto movesOn = [&] {
        const Result<api::SessionStatus> next = waitFor(engine().status());
        return next.ok() && next->now > first->now && next->events > first->events;
    };
    QVERIFY(QTest::qWaitFor(movesOn, kPatienceMs));
}

void TestEngineContract::firstFrameIsFullAndTheOthersAreNot()
{
    Picture picture(engine());
    QTRY_VERIFY_WITH_TIMEOUT(picture.frames.size() >= 4, kPatienceMs);
    QVERIFY(picture.frames.front().full);
    QVERIFY(!picture.frames.front().positions.empty());
    QCOMPARE(picture.frames.front().agents.size(), std::size_t{3});
    for (std::size_t i = 1; i < picture.frames.size(); ++i) {
        QVERIFY(!picture.frames[i].full);
        QVERIFY(picture.frames[i].number > picture.frames[i - 1].number);
    }
}

void TestEngineContract::snapshotIsAFullFrame()
{
    const Result<api::Frame> frame = waitFor(engine().snapshot());
    QVERIFY(frame.ok());
    QVERIFY(frame->full);
    QVERIFY(!frame->positions.empty());
    QCOMPARE(frame->agents.size(), std::size_t{3});
    QVERIFY(frame->status.events > 0);
}

void TestEngineContract::noFrameComesAfterTheHandleIsGone()
{
    Picture ended(engine());
    QTRY_VERIFY_WITH_TIMEOUT(!ended.frames.empty(), kPatienceMs);
    ended.end();
    const std::size_t seen = ended.frames.size();
    Picture other(engine());
    QTRY_VERIFY_WITH_TIMEOUT(other.frames.size() >= 3, kPatienceMs);
    QCOMPARE(ended.frames.size(), seen);
}

void TestEngineContract::candlesAreTheNewestOfTheirKind()
{
    const Interval interval{60};
    const Result<std::vector<Candle>> candles = waitFor(engine().candles({InstrumentId(1), interval, 50}));
    QVERIFY2(candles.ok(), candles.ok() ? "" : candles.error().message.c_str());
    QCOMPARE(candles->size(), std::size_t{50});
    for (std::size_t i = 0; i < candles->size(); ++i) {
        QVERIFY((*candles)[i].interval == interval);
        QCOMPARE((*candles)[i].instrument, InstrumentId(1));
        QVERIFY(i == 0 || (*candles)[i].openTime > (*candles)[i - 1].openTime);
    }
}

void TestEngineContract::hasNoCandlesOfWhatItDoesNotKeep()
{
    for (const api::CandleQuery &query :
         {api::CandleQuery{InstrumentId(77), {60}, 5}, api::CandleQuery{InstrumentId(1), {7}, 5}})
    {
        const Result<std::vector<Candle>> candles = waitFor(engine().candles(query));
        QVERIFY2(candles.ok(), candles.ok() ? "" : candles.error().message.c_str());
        QVERIFY(candles->empty());
    }
}

void TestEngineContract::listsPlugins()
{
    const Result<std::vector<api::PluginInfo>> plugins = waitFor(engine().plugins());
    QVERIFY(plugins.ok());
    const auto trend =
        std::find_if(plugins->begin(), plugins->end(), [](const api::PluginInfo &p) { return p.id == "trend"; });
    QVERIFY(trend != plugins->end());
    QVERIFY(trend->state == api::PluginState::Started);
    QCOMPARE(trend->kind, std::string("agent"));
}

void TestEngineContract::tellsThatItIsConnected()
{
    QObject context;
    bool connected = false;
    const auto handle =
        engine().handleConnection(&context, [&](const api::ConnectionState &state) { connected = state.connected; });
    QTRY_VERIFY_WITH_TIMEOUT(connected, kPatienceMs);
}

void TestEngineContract::refusesAnAnswerToSomethingElse()
{
    Picture picture(engine());
    QTRY_VERIFY_WITH_TIMEOUT(picture.pending().has_value(), kPatienceMs);
    const api::Approval approval = *picture.pending();
    const Result<api::Approval> otherHash =
        waitFor(engine().answerApproval({approval.id, std::string(64, '0'), true, "alice", ""}));
    QVERIFY(isError(otherHash, ErrorKind::Refused));
    QVERIFY(!waitFor(engine().answerApproval({ApprovalId(123'456), approval.orderHash, true, "alice", ""})).ok());
    QVERIFY(picture.approvals[approval.id].state == api::ApprovalState::Pending);
}

void TestEngineContract::approvesWhatWasShown()
{
    Picture picture(engine());
    QTRY_VERIFY_WITH_TIMEOUT(picture.pending().has_value(), kPatienceMs);
    const api::Approval approval = *picture.pending();
    const Result<api::Approval> answered =
        waitFor(engine().answerApproval({approval.id, approval.orderHash, true, "alice", "looks right"}));
    QVERIFY2(answered.ok(), answered.ok() ? "" : answered.error().message.c_str());
    QVERIFY(answered->state == api::ApprovalState::Approved);
    QCOMPARE(answered->decidedBy, std::vector<std::string>{"alice"});
    QTRY_VERIFY_WITH_TIMEOUT(picture.approvals[approval.id].state == api::ApprovalState::Approved, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(picture.orders[approval.order].state != OrderState::AwaitingApproval, kPatienceMs);
    const Result<api::Approval> again =
        waitFor(engine().answerApproval({approval.id, approval.orderHash, true, "bob", ""}));
    QVERIFY(isError(again, ErrorKind::Refused));
}

void TestEngineContract::rejectsWithAReason()
{
    Picture picture(engine());
    QTRY_VERIFY_WITH_TIMEOUT(picture.pending().has_value(), kPatienceMs);
    const api::Approval approval = *picture.pending();
    const Result<api::Approval> answered =
        waitFor(engine().answerApproval({approval.id, approval.orderHash, false, "alice", "news is coming"}));
    QVERIFY2(answered.ok(), answered.ok() ? "" : answered.error().message.c_str());
    QVERIFY(answered->state == api::ApprovalState::Rejected);
    QVERIFY(answered->reason.find("news is coming") != std::string::npos);
    QTRY_VERIFY_WITH_TIMEOUT(picture.orders[approval.order].state == OrderState::Rejected, kPatienceMs);
}

void TestEngineContract::explainsAnOrderBackToTheMarket()
{
    Picture picture(engine());
    QTRY_VERIFY_WITH_TIMEOUT(!picture.orders.empty(), kPatienceMs);
    const OrderId order = picture.orders.begin()->first;
    // Explanations come from the archive, which writes behind the engine.
    const auto explained = [&] { return waitFor(engine().explain(order)).ok(); };
    QVERIFY(QTest::qWaitFor(explained, kPatienceMs));
    const Result<api::Explanation> chain = waitFor(engine().explain(order));
    QVERIFY(chain.ok());
    QCOMPARE(chain->order.id, order);
    QCOMPARE(chain->instrument.id, chain->order.instrument);
    QVERIFY(chain->approval.has_value());
    QCOMPARE(chain->approval->order, order);
    QVERIFY(!chain->riskReports.empty());
    QVERIFY(!chain->riskReports.front().checks.empty());
    QCOMPARE(chain->decision.id, chain->order.decision);
    QCOMPARE(chain->decision.votes.size(), std::size_t{3});
    QCOMPARE(chain->agents.size(), std::size_t{3});
    QVERIFY(!chain->decision.votes.front().vote.reasons.empty());
    QCOMPARE(chain->state.ask, chain->decision.ask);
    QVERIFY(chain->state.candle.interval.seconds > 0);
    QCOMPARE(static_cast<std::size_t>(chain->state.indicators.count), chain->indicators.size());
}

void TestEngineContract::knowsNothingOfAnOrderThatIsNot()
{
    QVERIFY(isError(waitFor(engine().explain(OrderId(999'999))), ErrorKind::NotFound));
}

void TestEngineContract::pausesAndGoesOn()
{
    const Result<api::SessionStatus> paused = waitFor(engine().setPaused(true, "alice"));
    QVERIFY2(paused.ok(), paused.ok() ? "" : paused.error().message.c_str());
    QVERIFY(paused->state == api::RunState::Paused);
    const Result<api::SessionStatus> running = waitFor(engine().setPaused(false, "alice"));
    QVERIFY(running.ok());
    QVERIFY(running->state == api::RunState::Running);
}

void TestEngineContract::marketStandsStillOnRequest()
{
    QVERIFY(waitFor(engine().setFeedPaused(true)).ok());
    Timestamp last;
    const auto standsStill = [&] {
        const Result<api::SessionStatus> status = waitFor(engine().status());
        const bool same = status.ok() && status->now == last;
        last = status.ok() ? status->now : Timestamp();
        return same;
    };
    QVERIFY(QTest::qWaitFor(standsStill, kPatienceMs));
    QVERIFY(waitFor(engine().setFeedPaused(false)).ok());
    const auto movesOn = [&] {
        const Result<api::SessionStatus> status = waitFor(engine().status());
        return status.ok() && status->now > last;
    };
    QVERIFY(QTest::qWaitFor(movesOn, kPatienceMs));
}

void TestEngineContract::setsTheSpeed()
{
    const Result<api::SessionStatus> faster = waitFor(engine().setSpeed(240));
    QVERIFY2(faster.ok(), faster.ok() ? "" : faster.error().message.c_str());
    QCOMPARE(faster->speed, 240.0);
    QVERIFY(!waitFor(engine().setSpeed(-5)).ok());
    QVERIFY(waitFor(engine().setSpeed(120)).ok());
}

void TestEngineContract::playsOnToAMoment()
{
    const Result<api::SessionStatus> before = waitFor(engine().status());
    QVERIFY(before.ok());
    const Timestamp there = before->now + std::chrono::minutes(30);
    const Result<api::SessionStatus> begun = waitFor(engine().playUntil(there));
    QVERIFY2(begun.ok(), begun.ok() ? "" : begun.error().message.c_str());
    const auto arrived = [&] {
        const Result<api::SessionStatus> status = waitFor(engine().status());
        // The newest event is not later, and not much earlier: this market is never silent for a minute.
        return status.ok() && status->feedPaused && status->now <= there
            && status->now > there - std::chrono::minutes(1);
    };
    QVERIFY2(QTest::qWaitFor(arrived, kPatienceMs),
             (toString(waitFor(engine().status())->now) + " instead of " + toString(there)).c_str());
    QVERIFY(!waitFor(engine().playUntil(before->now)).ok());
    QVERIFY(waitFor(engine().setFeedPaused(false)).ok());
}

void TestEngineContract::readsTheAuditLogWhereThereIsOne()
{
    const Result<api::Frame> frame = waitFor(engine().snapshot());
    QVERIFY(frame.ok());
    const bool there = frame->memory && !frame->memory->auditFile.empty();
    const Result<api::SlotPage> read = waitFor(engine().quorumSlots({0, 5, {}}));
    const Result<api::AuditCheckView> check = waitFor(engine().verifyAudit(true));
    QVERIFY2(read.ok() == there, read.ok() ? "read" : read.error().message.c_str());
    QVERIFY2(check.ok() == there, check.ok() ? "checked" : check.error().message.c_str());
    if (!there) {
        QCOMPARE(read.error().kind, ErrorKind::Refused);
        QVERIFY(read.error().message.find("memory is off") != std::string::npos);
        QCOMPARE(check.error().kind, ErrorKind::Refused);
        return;
    }
    QVERIFY(check->state != api::AuditState::Unchecked);
    const auto sound = [this] {
        const Result<api::AuditCheckView> now = waitFor(engine().verifyAudit(false));
        return now.ok() && (now->state == api::AuditState::Sound || now->state == api::AuditState::Torn);
    };
    QVERIFY(QTest::qWaitFor(sound, kPatienceMs));
}

void TestEngineContract::proposesWhatAPersonWishesForTheCommittee()
{
    const Result<api::Frame> frame = waitFor(engine().snapshot());
    QVERIFY(frame.ok());
    api::CommitteeWish wish;
    wish.operatorName = "alice";
    const bool there = frame->memory && !frame->memory->auditFile.empty();
    QVERIFY(!waitFor(engine().proposeCommittee(wish)).ok()); // nothing is wished for
    wish.agent = frame->agents.front().name;
    wish.benched = true;
    const Result<api::SubmittedProposal> submitted = waitFor(engine().proposeCommittee(wish));
    QCOMPARE(submitted.ok(), there);
    if (!there) {
        QCOMPARE(submitted.error().kind, ErrorKind::Refused);
        return;
    }
    QCOMPARE(submitted->proposal.size(), std::size_t(64));
    const auto benched = [&] {
        const Result<api::Frame> now = waitFor(engine().snapshot());
        return now.ok() && std::any_of(now->agents.begin(), now->agents.end(), [&](const api::AgentView &agent) {
                   return agent.name == wish.agent && agent.state == api::AgentState::Benched;
               });
    };
    QVERIFY(QTest::qWaitFor(benched, kPatienceMs));
    wish.benched = false;
    QVERIFY(waitFor(engine().proposeCommittee(wish)).ok());
    QVERIFY(QTest::qWaitFor([&] { return !benched(); }, kPatienceMs));
}

void TestEngineContract::haltsAndResumes()
{
    Picture picture(engine());
    const Result<api::HaltReport> halted = waitFor(engine().halt("alice", "drill"));
    QVERIFY2(halted.ok(), halted.ok() ? "" : halted.error().message.c_str());
    QVERIFY(!halted->text.empty());
    QTRY_VERIFY_WITH_TIMEOUT(picture.status.state == api::RunState::Halted, kPatienceMs);
    QVERIFY(picture.status.stateReason.find("drill") != std::string::npos);
    QTRY_VERIFY_WITH_TIMEOUT(!picture.pending().has_value(), kPatienceMs);
    const Result<api::SessionStatus> resumed = waitFor(engine().resume("alice"));
    QVERIFY2(resumed.ok(), resumed.ok() ? "" : resumed.error().message.c_str());
    QVERIFY(resumed->state == api::RunState::Running);
}

} // namespace coinswarm::control

QTEST_GUILESS_MAIN(coinswarm::control::TestEngineContract)
#include "tst_engine_contract.moc"
