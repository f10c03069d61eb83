// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "codec/json_writer.h"
#include "contract/puppet_engine.h"
#include "rpc/rpc_dispatcher.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QRandomGenerator>
#include <QtTest/QTest>

namespace coinswarm::control {

/// Requests as text in, answers as text out: what is accepted, what is refused and how.
class TestRpcProtocol : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requestsComeBackAsTheyWere();
    void outcomesComeBackAsTheyWere_data();
    void outcomesComeBackAsTheyWere();
    void refusesWhatIsNoRequest_data();
    void refusesWhatIsNoRequest();
    void callsTheEngine_data();
    void callsTheEngine();
    void refusesWrongParameters_data();
    void refusesWrongParameters();
    void answersWhenTheEngineVanishes();
    void everyMutatedMessageIsAnsweredOnce();

private:
    /// What a server would answer to `text`, if it answers before the next turn of the event loop is done.
    static QJsonObject served(PuppetEngine &engine, const QString &text);
};

QJsonObject TestRpcProtocol::served(PuppetEngine &engine, const QString &text)
{
    const auto parsed = rpc::parseRequest(text);
    if (const auto *refusal = std::get_if<rpc::RpcRefusal>(&parsed)) {
        return QJsonDocument::fromJson(rpc::encodeOutcome(refusal->id, refusal->fault).toUtf8()).object();
    }
    const auto &request = std::get<rpc::RpcRequest>(parsed);
    rpc::RpcDispatcher dispatcher(engine);
    QString answer;
    int answers = 0;
    dispatcher.call(request.method, request.params, [&](const rpc::RpcOutcome &outcome) {
        answer = rpc::encodeOutcome(request.id, outcome);
        ++answers;
    });
    if (!QTest::qWaitFor([&] { return answers > 0; }, 5'000) || answers != 1) {
        return {};
    }
    return QJsonDocument::fromJson(answer.toUtf8()).object();
}

void TestRpcProtocol::requestsComeBackAsTheyWere()
{
    const auto parsed =
        rpc::parseRequest(rpc::encodeRequest(7, QStringLiteral("explain"), {{QStringLiteral("order"), 12}}));
    QVERIFY(std::holds_alternative<rpc::RpcRequest>(parsed));
    const auto &request = std::get<rpc::RpcRequest>(parsed);
    QCOMPARE(request.id.toInteger(), 7);
    QCOMPARE(request.method, QStringLiteral("explain"));
    QCOMPARE(request.params.value(QStringLiteral("order")).toInteger(), 12);
}

void TestRpcProtocol::outcomesComeBackAsTheyWere_data()
{
    QTest::addColumn<int>("kind");
    for (std::size_t i = 0; i < kEnumNames<ErrorKind>.size(); ++i) {
        QTest::newRow(kEnumNames<ErrorKind>[i].data()) << static_cast<int>(i);
    }
}

void TestRpcProtocol::outcomesComeBackAsTheyWere()
{
    QFETCH(const int, kind);
    const Error error{static_cast<ErrorKind>(kind), "a sentence with “signs”"};
    const auto incoming =
        rpc::parseIncoming(rpc::encodeOutcome(QJsonValue(3), rpc::RpcFault{rpc::RpcCode::EngineError, error}));
    QVERIFY(incoming.ok());
    const auto &reply = std::get<rpc::RpcReply>(*incoming);
    QCOMPARE(reply.id, 3);
    QVERIFY(!reply.result.ok());
    QVERIFY(reply.result.error().kind == error.kind);
    QCOMPARE(reply.result.error().message, error.message);
}

void TestRpcProtocol::refusesWhatIsNoRequest_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("code");
    QTest::newRow("nothing") << QString() << -32700;
    QTest::newRow("no JSON") << QStringLiteral("hello") << -32700;
    QTest::newRow("cut off") << QStringLiteral(R"({"jsonrpc":"2.0","id":1,"method":"sta)") << -32700;
    QTest::newRow("a batch") << QStringLiteral(R"([{"jsonrpc":"2.0","id":1,"method":"status"}])") << -32600;
    QTest::newRow("a number") << QStringLiteral("12") << -32700;
    QTest::newRow("another version") << QStringLiteral(R"({"jsonrpc":"1.0","id":1,"method":"status"})") << -32600;
    QTest::newRow("no id") << QStringLiteral(R"({"jsonrpc":"2.0","method":"halt"})") << -32600;
    QTest::newRow("id is a list") << QStringLiteral(R"({"jsonrpc":"2.0","id":[1],"method":"status"})") << -32600;
    QTest::newRow("no method") << QStringLiteral(R"({"jsonrpc":"2.0","id":1})") << -32600;
    QTest::newRow("method is a number") << QStringLiteral(R"({"jsonrpc":"2.0","id":1,"method":5})") << -32600;
    QTest::newRow("params by position") << QStringLiteral(R"({"jsonrpc":"2.0","id":1,"method":"explain","params":[1]})")
                                        << -32602;
    QTest::newRow("unknown method") << QStringLiteral(R"({"jsonrpc":"2.0","id":1,"method":"statsu"})") << -32601;
    QTest::newRow("nested too deep") << QString(5'000, QLatin1Char('[')) << -32700;
}

void TestRpcProtocol::refusesWhatIsNoRequest()
{
    QFETCH(const QString, text);
    QFETCH(const int, code);
    PuppetEngine engine;
    const QJsonObject error = served(engine, text).value(QStringLiteral("error")).toObject();
    QCOMPARE(error.value(QStringLiteral("code")).toInt(), code);
    QVERIFY(!error.value(QStringLiteral("message")).toString().isEmpty());
    QVERIFY(engine.calls.empty());
}

void TestRpcProtocol::callsTheEngine_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("params");
    QTest::addColumn<QString>("call");
    const auto row = [](const char *method, const char *params, const char *call) {
        QTest::newRow(method) << QString::fromLatin1(method) << QString::fromLatin1(params)
                              << QString::fromLatin1(call);
    };
    row("session_info", "{}", "session_info");
    row("status", "{}", "status");
    row("snapshot", "{}", "snapshot");
    row("plugins", "{}", "plugins");
    row("candles", R"({"instrument":1,"interval":60,"count":5})", "candles 5");
    row("explain", R"({"order":1})", "explain 1");
    row("answer_approval", R"({"approval":2,"order_hash":"ab","approve":true,"operator_name":"alice","reason":""})",
        "answer_approval ab alice");
    row("halt", R"({"operator_name":"bob","reason":"why"})", "halt bob why");
    row("resume", R"({"operator_name":"bob"})", "resume bob");
    row("set_paused", R"({"paused":true,"operator_name":"bob"})", "pause bob");
    row("set_speed", R"({"speed":2.5})", "set_speed");
    row("set_feed_paused", R"({"paused":true})", "feed_paused");
    row("propose_committee",
        R"({"weights":[],"agent":"trend","benched":true,"operator_name":"alice","reason":"drill"})",
        "propose_committee trend alice 0");
    row("propose_membership", R"({"change":"text"})", "propose_membership text");
    row("quorum_slots", R"({"before_slot":9,"limit":3,"text":"wrong_pnl"})", "quorum_slots wrong_pnl");
    row("verify_audit", R"({"begin":true})", "verify_audit begin");
    row("play_until", R"({"time":"1736172000000000000"})", "play_until 2025-01-06T14:00:00.000Z");
}

void TestRpcProtocol::callsTheEngine()
{
    QFETCH(const QString, method);
    QFETCH(const QString, params);
    QFETCH(const QString, call);
    PuppetEngine engine;
    const QJsonObject answer =
        served(engine, rpc::encodeRequest(1, method, QJsonDocument::fromJson(params.toUtf8()).object()));
    QVERIFY2(answer.contains(QStringLiteral("result")), qPrintable(QString::fromUtf8(QJsonDocument(answer).toJson())));
    QCOMPARE(engine.calls, std::vector<std::string>{call.toStdString()});
}

void TestRpcProtocol::refusesWrongParameters_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("params");
    QTest::addColumn<QString>("says");
    QTest::newRow("missing") << QStringLiteral("set_paused") << QStringLiteral(R"({"operator_name":"a"})")
                             << QStringLiteral("paused is missing");
    QTest::newRow("misspelt") << QStringLiteral("set_speed") << QStringLiteral(R"({"sped":1})")
                              << QStringLiteral("did you mean speed?");
    QTest::newRow("wrong kind") << QStringLiteral("set_paused")
                                << QStringLiteral(R"({"paused":"yes","operator_name":"a"})")
                                << QStringLiteral("paused: must be true or false");
    QTest::newRow("superfluous") << QStringLiteral("status") << QStringLiteral(R"({"verbose":true})")
                                 << QStringLiteral("no parameter verbose");
}

void TestRpcProtocol::refusesWrongParameters()
{
    QFETCH(const QString, method);
    QFETCH(const QString, params);
    QFETCH(const QString, says);
    PuppetEngine engine;
    const QJsonObject error =
        served(engine, rpc::encodeRequest(1, method, QJsonDocument::fromJson(params.toUtf8()).object()))
            .value(QStringLiteral("error"))
            .toObject();
    QCOMPARE(error.value(QStringLiteral("code")).toInt(), -32602);
    QVERIFY2(error.value(QStringLiteral("message")).toString().contains(says),
             qPrintable(error.value(QStringLiteral("message")).toString()));
    QVERIFY(engine.calls.empty());
}

void TestRpcProtocol::answersWhenTheEngineVanishes()
{
    auto engine = std::make_unique<PuppetEngine>();
    engine->holds = true;
    rpc::RpcDispatcher dispatcher(*engine);
    std::optional<rpc::RpcOutcome> outcome;
    dispatcher.call(QStringLiteral("status"), {}, [&](const rpc::RpcOutcome &o) { outcome = o; });
    engine.reset();
    QTRY_VERIFY(outcome.has_value());
    QVERIFY(std::get<rpc::RpcFault>(*outcome).error.kind == ErrorKind::Unavailable);
}

void TestRpcProtocol::everyMutatedMessageIsAnsweredOnce()
{
    const QStringList seeds{
        rpc::encodeRequest(1, QStringLiteral("status"), {}),
        rpc::encodeRequest(2, QStringLiteral("candles"),
                           codec::toJson(api::CandleQuery{InstrumentId(1), {60}, 3}).toObject()),
        rpc::encodeRequest(
            3, QStringLiteral("answer_approval"),
            codec::toJson(api::ApprovalAnswer{ApprovalId(1), "00ff", true, "alice", "because"}).toObject()),
        rpc::encodeRequest(
            4, QStringLiteral("halt"),
            {{QStringLiteral("operator_name"), QStringLiteral("a")}, {QStringLiteral("reason"), QStringLiteral("b")}}),
        rpc::encodeRequest(5, QStringLiteral("set_speed"), {{QStringLiteral("speed"), 60}}),
    };
    const QString pieces = QStringLiteral("{}[]\",:0123456789.-+eEtrufalsn\\\u00e9\u0000 ");
    QRandomGenerator random(20'260'101);
    PuppetEngine engine;
    int results = 0;
    int errors = 0;
    for (int i = 0; i < 20'000; ++i) {
        QString text = seeds[static_cast<qsizetype>(random.bounded(static_cast<quint32>(seeds.size())))];
        for (int change = 1 + random.bounded(4); change > 0 && !text.isEmpty(); --change) {
            const int at = random.bounded(static_cast<int>(text.size()));
            switch (random.bounded(3)) {
            case 0:
                text[at] = pieces[random.bounded(static_cast<int>(pieces.size()))];
                break;
            case 1:
                text.remove(at, 1 + random.bounded(6));
                break;
            default:
                text.insert(at, text.mid(random.bounded(static_cast<int>(text.size())), random.bounded(12)));
            }
        }
        const QJsonObject answer = served(engine, text);
        const bool isResult = answer.contains(QStringLiteral("result"));
        const bool isError = answer.value(QStringLiteral("error")).toObject().contains(QStringLiteral("code"));
        QVERIFY2(isResult != isError, qPrintable(text));
        results += isResult ? 1 : 0;
        errors += isError ? 1 : 0;
        // Whatever a client says, the receiver of an answer survives it too.
        Q_UNUSED(rpc::parseIncoming(text).ok());
    }
    QVERIFY2(results > 100 && errors > 5'000,
             qPrintable(QStringLiteral("%1 results, %2 errors").arg(results).arg(errors)));
}

} // namespace coinswarm::control

QTEST_GUILESS_MAIN(coinswarm::control::TestRpcProtocol)
#include "tst_rpc_protocol.moc"
