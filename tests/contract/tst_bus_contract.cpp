// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What every implementation of Bus and DurableLog must do. A new one is a new line in implementations().

#include "support/bus_world.h"

#include <algorithm>
#include <latch>
#include <set>

using namespace coinswarm;
using namespace coinswarm::bus;
using namespace coinswarm::nats;
using namespace coinswarm::test;
using namespace std::chrono_literals;

namespace {

const TopicName kTopic(Subject::AgentAction);
constexpr auto kSilence = 300ms; // long enough for a message that must not come

} // namespace

class TestBusContract : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void init();
    void cleanup();

    void aMessageArrivesAsItWasSent_data() { implementations(); }
    void aMessageArrivesAsItWasSent();
    void oneThreadsMessagesKeepTheirOrder_data() { implementations(); }
    void oneThreadsMessagesKeepTheirOrder();
    void awkwardTokensComeBack_data() { implementations(); }
    void awkwardTokensComeBack();
    void aScopeBelowHearsWhatIsBelow_data() { implementations(); }
    void aScopeBelowHearsWhatIsBelow();
    void aQueueGroupSharesItsMessages_data() { implementations(); }
    void aQueueGroupSharesItsMessages();
    void requestsAreAnswered_data() { implementations(); }
    void requestsAreAnswered();
    void requestsThatNobodyHearsFailAtOnce_data() { implementations(); }
    void requestsThatNobodyHearsFailAtOnce();
    void requestsThatNobodyAnswersTimeOut_data() { implementations(); }
    void requestsThatNobodyAnswersTimeOut();
    void aFullMailboxLosesCountsAndReports_data() { implementations(); }
    void aFullMailboxLosesCountsAndReports();
    void nothingComesAfterUnsubscribing_data() { implementations(); }
    void nothingComesAfterUnsubscribing();
    void aHandlerMayUnsubscribeItself_data() { implementations(); }
    void aHandlerMayUnsubscribeItself();
    void drainDeliversWhatWasAccepted_data() { implementations(); }
    void drainDeliversWhatWasAccepted();
    void whatIsTooLargeIsRefused_data() { implementations(); }
    void whatIsTooLargeIsRefused();

    void aLogKeepsTheOrder_data() { implementations(); }
    void aLogKeepsTheOrder();
    void appendingAgainChangesNothing_data() { implementations(); }
    void appendingAgainChangesNothing();
    void anUnexpectedLastSequenceIsRefused_data() { implementations(); }
    void anUnexpectedLastSequenceIsRefused();
    void aReaderFollowsTheLog_data() { implementations(); }
    void aReaderFollowsTheLog();
    void aReaderCanBeInterrupted_data() { implementations(); }
    void aReaderCanBeInterrupted();
    void aReaderBehindTheEndIsToldOfTheLostTail_data() { implementations(); }
    void aReaderBehindTheEndIsToldOfTheLostTail();
    void aFullLogRefuses_data() { implementations(); }
    void aFullLogRefuses();
    void tooManyOpenOutcomesAreRefused_data() { implementations(); }
    void tooManyOpenOutcomesAreRefused();
    void aLogSurvivesARestart_data() { implementations(); }
    void aLogSurvivesARestart();

private:
    static void implementations();
    std::unique_ptr<Bus> makeBus();
    std::shared_ptr<Mailbox> subscribe(const TopicName &topic, const SubscribeOptions &options = {},
                                       std::size_t capacity = 32'768);
    std::unique_ptr<DurableLog> openLog(LogOptions options = {});

    std::unique_ptr<QTemporaryDir> m_folder;
    BusEvents m_events;
    std::unique_ptr<Bus> m_bus;
    std::vector<std::unique_ptr<Subscription>> m_subscriptions;
    bool m_nats = false;
    int m_runs = 0;
#if defined(COINSWARM_HAS_NATS)
    std::unique_ptr<NatsCluster> m_server;
#endif
};

void TestBusContract::implementations()
{
    QTest::addColumn<bool>("nats");
    QTest::newRow("in-process") << false;
    QTest::newRow("nats") << true;
}

void TestBusContract::initTestCase()
{
#if defined(COINSWARM_HAS_NATS)
    if (NatsCluster::isAvailable()) {
        m_server = take(NatsCluster::start(1));
    }
#endif
}

void TestBusContract::cleanupTestCase()
{
#if defined(COINSWARM_HAS_NATS)
    m_server.reset();
#endif
}

void TestBusContract::init()
{
    QFETCH(bool, nats);
    m_nats = nats;
    ++m_runs;
#if defined(COINSWARM_HAS_NATS)
    if (nats && m_server == nullptr) {
        QSKIP("SKIPPED: nats-server is not installed (apt-get install nats-server)");
    }
#else
    if (nats) {
        QSKIP("SKIPPED: built without libnats (apt-get install libnats-dev)");
    }
#endif
    m_folder = std::make_unique<QTemporaryDir>();
    m_bus = makeBus();
}

void TestBusContract::cleanup()
{
    m_subscriptions.clear();
    m_bus.reset();
}

std::unique_ptr<Bus> TestBusContract::makeBus()
{
    std::unique_ptr<Bus> bus;
#if defined(COINSWARM_HAS_NATS)
    if (m_nats) {
        bus = std::make_unique<NatsBus>(natsTestSettings(*m_server, "run " + std::to_string(m_runs)));
    }
#endif
    if (bus == nullptr) {
        bus = std::make_unique<InProcessBus>(m_folder->path().toStdString());
    }
    take(bus->connect(m_events.recorder()));
    return bus;
}

std::shared_ptr<Mailbox> TestBusContract::subscribe(const TopicName &topic, const SubscribeOptions &options,
                                                    std::size_t capacity)
{
    auto mailbox = std::make_shared<Mailbox>(capacity);
    m_subscriptions.push_back(take(m_bus->subscribe(topic, options, mailbox)));
    return mailbox;
}

std::unique_ptr<DurableLog> TestBusContract::openLog(LogOptions options)
{
    options.maximumBytes = std::min<std::uint64_t>(options.maximumBytes, 16 << 20);
    return take(m_bus->openLog(Subject::MemCommit, options));
}

void TestBusContract::aMessageArrivesAsItWasSent()
{
    const auto mailbox = subscribe(kTopic);
    const auto other = subscribe(TopicName(Subject::AgentTrade));
    const MessageId cause = m_bus->newId();
    const MessageId id = m_bus->newId();
    const std::string payload("a\0b\xff", 4);
    take(m_bus->publish(BusMessage(kTopic, {id, cause, Timestamp{-5}, "trend agent, the first"}, bytesOf(payload))));
    const auto got = takeAll(*mailbox, 1);
    QCOMPARE(got.size(), std::size_t{1});
    QVERIFY(got[0].topic() == kTopic);
    QVERIFY(got[0].header().id == id);
    QVERIFY(got[0].header().cause == cause);
    QCOMPARE(got[0].header().time.ns, std::int64_t{-5});
    QCOMPARE(got[0].header().source, std::string("trend agent, the first"));
    QCOMPARE(textOf(got[0]), payload);
    QVERIFY(!other->wait(kSilence));
}

void TestBusContract::oneThreadsMessagesKeepTheirOrder()
{
    const auto mailbox = subscribe(kTopic);
    std::vector<BusMessage> batch;
    for (int i = 0; i < 20'000; ++i) {
        batch.push_back(messageOf(*m_bus, kTopic, std::to_string(i)));
    }
    take(m_bus->publishBatch(std::span(batch).first(10'000)));
    for (std::size_t i = 10'000; i < batch.size(); ++i) {
        take(m_bus->publish(batch[i]));
    }
    take(m_bus->flush(5s));
    const auto got = takeAll(*mailbox, batch.size());
    QCOMPARE(got.size(), batch.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        QCOMPARE(textOf(got[i]), std::to_string(i));
    }
}

void TestBusContract::awkwardTokensComeBack()
{
    const TopicName topic(Subject::AgentTrade, {"BTC.USDT", "*", ">", " a b ", "", "%41", "Ä", "$SYS"});
    const auto mailbox = subscribe(topic);
    const auto neighbour =
        subscribe(TopicName(Subject::AgentTrade, {"BTC", "USDT", "*", ">", " a b ", "", "%41", "Ä"}));
    take(m_bus->publish(messageOf(*m_bus, topic, "x")));
    const auto got = takeAll(*mailbox, 1);
    QCOMPARE(got.size(), std::size_t{1});
    QVERIFY(got[0].topic() == topic);
    QVERIFY(!neighbour->wait(kSilence));
}

void TestBusContract::aScopeBelowHearsWhatIsBelow()
{
    const auto mailbox = subscribe(TopicName(Subject::AgentTrade, {"a.b"}), {{}, TopicScope::Below});
    for (const TopicName &topic :
         {TopicName(Subject::AgentTrade, {"a.b"}), TopicName(Subject::AgentTrade, {"a", "b"}),
          TopicName(Subject::AgentTrade, {"a.b", "x.y"}), TopicName(Subject::AgentTrade, {"a.b", "", "z"})})
    {
        take(m_bus->publish(messageOf(*m_bus, topic, "x")));
    }
    const auto got = takeAll(*mailbox, 2);
    QCOMPARE(got.size(), std::size_t{2});
    QVERIFY(got[0].topic() == TopicName(Subject::AgentTrade, {"a.b", "x.y"}));
    QVERIFY(got[1].topic() == TopicName(Subject::AgentTrade, {"a.b", "", "z"}));
}

void TestBusContract::aQueueGroupSharesItsMessages()
{
    const auto one = subscribe(kTopic, {"workers"});
    const auto two = subscribe(kTopic, {"workers"});
    const auto other = subscribe(kTopic, {"observers"});
    const auto alone = subscribe(kTopic);
    constexpr std::size_t kCount = 1'000;
    for (std::size_t i = 0; i < kCount; ++i) {
        take(m_bus->publish(messageOf(*m_bus, kTopic, std::to_string(i))));
    }
    take(m_bus->flush(5s));
    QCOMPARE(takeAll(*other, kCount).size(), kCount);
    QCOMPARE(takeAll(*alone, kCount).size(), kCount);
    // Everything has been handed out by now or comes within the silence.
    std::set<std::string> seen;
    std::size_t shares[2] = {};
    for (std::size_t i = 0; i < 2; ++i) {
        Mailbox &mailbox = i == 0 ? *one : *two;
        while (mailbox.wait(kSilence)) {
            while (const BusMessage message = mailbox.take()) {
                QVERIFY(seen.insert(textOf(message)).second);
                ++shares[i];
            }
        }
    }
    QCOMPARE(seen.size(), kCount);
    QVERIFY(shares[0] > 0 && shares[1] > 0);
}

void TestBusContract::requestsAreAnswered()
{
    Bus &bus = *m_bus;
    const auto listener = take(Listener::open(bus, kTopic, {}, [&bus](const BusMessage &question) {
        take(bus.reply(question,
                       BusMessage(question.topic(), {bus.newId(), question.header().id, Timestamp{2}, "other"},
                                  bytesOf("re: " + textOf(question)))));
    }));
    for (int i = 0; i < 100; ++i) {
        const BusMessage question = messageOf(bus, kTopic, std::to_string(i));
        const BusMessage answer = take(bus.request(question));
        QCOMPARE(textOf(answer), "re: " + std::to_string(i));
        QVERIFY(answer.header().cause == question.header().id);
    }
    QCOMPARE(bus.reply(messageOf(bus, kTopic, ""), messageOf(bus, kTopic, "")).error().kind, ErrorKind::Invalid);
}

void TestBusContract::requestsThatNobodyHearsFailAtOnce()
{
    const QDeadlineTimer deadline(5'000);
    const auto answer = m_bus->request(messageOf(*m_bus, kTopic, "hello?"), 30s);
    QVERIFY(!answer.ok());
    QCOMPARE(answer.error().kind, ErrorKind::NotFound);
    QVERIFY(!deadline.hasExpired());
}

void TestBusContract::requestsThatNobodyAnswersTimeOut()
{
    const auto mailbox = subscribe(kTopic);
    const auto answer = m_bus->request(messageOf(*m_bus, kTopic, "hello?"), 100ms);
    QVERIFY(!answer.ok());
    QCOMPARE(answer.error().kind, ErrorKind::Unavailable);
    // An answer that comes too late hurts nobody.
    const auto got = takeAll(*mailbox, 1);
    QCOMPARE(got.size(), std::size_t{1});
    take(m_bus->reply(got[0], messageOf(*m_bus, kTopic, "late")));
    QCOMPARE(std::chrono::milliseconds(kRequestTimeout), 2000ms);
}

void TestBusContract::aFullMailboxLosesCountsAndReports()
{
    constexpr std::size_t kCapacity = 64;
    constexpr std::size_t kCount = 1'000;
    const auto full = subscribe(kTopic, {}, kCapacity);
    const auto roomy = subscribe(kTopic);
    const std::size_t before = m_events.count(BusEvent::Kind::Dropped);
    for (std::size_t i = 0; i < kCount; ++i) {
        take(m_bus->publish(messageOf(*m_bus, kTopic, std::to_string(i))));
    }
    take(m_bus->flush(5s));
    QCOMPARE(takeAll(*roomy, kCount).size(), kCount);
    QTRY_COMPARE(m_subscriptions[0]->dropped(), kCount - kCapacity);
    QCOMPARE(m_subscriptions[1]->dropped(), std::uint64_t{0});
    // The 1st, 2nd, 4th, … 512th loss.
    QTRY_COMPARE(m_events.count(BusEvent::Kind::Dropped) - before, std::size_t{10});
    const auto kept = takeAll(*full, kCapacity);
    QCOMPARE(kept.size(), kCapacity);
    QCOMPARE(textOf(kept.front()), std::string("0"));
    QCOMPARE(textOf(kept.back()), std::string("63"));
    // There is room again.
    take(m_bus->publish(messageOf(*m_bus, kTopic, "after")));
    QCOMPARE(textOf(takeAll(*full, 1).at(0)), std::string("after"));
}

void TestBusContract::nothingComesAfterUnsubscribing()
{
    // A sink that would notice: it counts what comes after its end.
    struct Strict final : Sink {
        bool offer(BusMessage &&message) override
        {
            const BusMessage taken = std::move(message);
            (ended ? late : seen)++;
            return true;
        }
        std::atomic<bool> ended = false;
        std::atomic<int> seen = 0;
        std::atomic<int> late = 0;
    };
    std::atomic<bool> stop = false;
    std::thread publisher([&] {
        while (!stop) {
            take(m_bus->publish(messageOf(*m_bus, kTopic, "x")));
        }
    });
    int late = 0;
    bool heard = true;
    for (int i = 0; i < 20; ++i) {
        const auto sink = std::make_shared<Strict>();
        auto subscription = take(m_bus->subscribe(kTopic, {}, sink));
        heard = heard && QTest::qWaitFor([&] { return sink->seen > 0; }, 10'000);
        subscription.reset();
        sink->ended = true;
        late += sink.use_count() > 1 ? 1 : 0;
        take(m_bus->flush(5s));
        late += sink->late;
    }
    stop = true;
    publisher.join();
    QVERIFY(heard);
    QCOMPARE(late, 0);
}

void TestBusContract::aHandlerMayUnsubscribeItself()
{
    std::unique_ptr<Listener> listener;
    std::atomic<int> calls = 0;
    std::latch opened(1);
    listener = take(Listener::open(*m_bus, kTopic, {}, [&](const BusMessage &) {
        opened.wait();
        listener.reset();
        ++calls;
    }));
    opened.count_down();
    for (int i = 0; i < 10; ++i) {
        take(m_bus->publish(messageOf(*m_bus, kTopic, "x")));
    }
    take(m_bus->flush(5s));
    QTRY_COMPARE(calls.load(), 1);
    QVERIFY(!QTest::qWaitFor([&] { return calls > 1; }, static_cast<int>(kSilence.count())));
}

void TestBusContract::drainDeliversWhatWasAccepted()
{
    constexpr std::size_t kCount = 10'000;
    const auto mailbox = subscribe(kTopic);
    for (std::size_t i = 0; i < kCount; ++i) {
        take(m_bus->publish(messageOf(*m_bus, kTopic, std::to_string(i))));
    }
    const std::size_t closed = m_events.count(BusEvent::Kind::Closed);
    take(m_bus->drain(10s));
    std::size_t got = 0;
    while (mailbox->take()) {
        ++got;
    }
    QCOMPARE(got, kCount);
    QCOMPARE(m_events.count(BusEvent::Kind::Closed), closed + 1);
    QCOMPARE(m_bus->publish(messageOf(*m_bus, kTopic, "x")).error().kind, ErrorKind::Refused);
    QVERIFY(!m_bus->isConnected());
    take(m_bus->drain(10s));
}

void TestBusContract::whatIsTooLargeIsRefused()
{
    QVERIFY(m_bus->maximumPayload() >= (1 << 20) - 512 && m_bus->maximumPayload() <= 1 << 20);
    const auto mailbox = subscribe(kTopic);
    const std::string largest(m_bus->maximumPayload(), 'x');
    QCOMPARE(m_bus->publish(messageOf(*m_bus, kTopic, largest + "x")).error().kind, ErrorKind::Invalid);
    QCOMPARE(m_bus->request(messageOf(*m_bus, kTopic, largest + "x"), 1s).error().kind, ErrorKind::Invalid);
    take(m_bus->publish(messageOf(*m_bus, kTopic, largest)));
    const auto got = takeAll(*mailbox, 1);
    QCOMPARE(got.size(), std::size_t{1});
    QCOMPARE(textOf(got[0]), largest);
    auto log = openLog();
    QCOMPARE(appendTo(*log, messageOf(*m_bus, Subject::MemCommit, largest + "x")).status, AppendStatus::TooLarge);
    QCOMPARE(appendTo(*log, messageOf(*m_bus, Subject::MemCommit, largest)).status, AppendStatus::Appended);
    QCOMPARE(readFrom(*log, 1, 1), std::vector{largest});
}

void TestBusContract::aLogKeepsTheOrder()
{
    constexpr std::size_t kCount = 3'000;
    auto log = openLog();
    QCOMPARE(take(log->extent()).last, std::uint64_t{0});
    std::atomic<std::size_t> right = 0;
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < kCount; ++i) {
        expected.push_back(std::to_string(i));
        log->append(messageOf(*m_bus, Subject::MemCommit, expected.back()), {},
                    [&right, i](const AppendOutcome &outcome) {
                        right += outcome.status == AppendStatus::Appended && outcome.sequence == i + 1 ? 1 : 0;
                    });
    }
    QTRY_COMPARE_WITH_TIMEOUT(right.load(), kCount, 30'000);
    const LogExtent extent = take(log->extent());
    QCOMPARE(extent.first, std::uint64_t{1});
    QCOMPARE(extent.last, std::uint64_t{kCount});
    QVERIFY(extent.incarnation != 0);
    QCOMPARE(readFrom(*log, 1, kCount), expected);
    QCOMPARE(readFrom(*log, kCount, 1), std::vector{expected.back()});
}

void TestBusContract::appendingAgainChangesNothing()
{
    auto log = openLog();
    const BusMessage first = messageOf(*m_bus, Subject::MemCommit, "first");
    QCOMPARE(appendTo(*log, first).sequence, std::uint64_t{1});
    QCOMPARE(appendTo(*log, messageOf(*m_bus, Subject::MemCommit, "second")).sequence, std::uint64_t{2});
    const AppendOutcome again = appendTo(*log, first);
    QCOMPARE(again.status, AppendStatus::Duplicate);
    QCOMPARE(again.sequence, std::uint64_t{1});
    QVERIFY(again.inLog());
    // Without an id there is nothing to tell them apart by.
    const BusMessage anonymous(Subject::MemCommit, {{}, {}, Timestamp{1}, "test"}, bytesOf("x"));
    QCOMPARE(appendTo(*log, anonymous).sequence, std::uint64_t{3});
    QCOMPARE(appendTo(*log, anonymous).sequence, std::uint64_t{4});
    QCOMPARE(take(log->extent()).last, std::uint64_t{4});
}

void TestBusContract::anUnexpectedLastSequenceIsRefused()
{
    auto log = openLog();
    const auto append = [&](std::uint64_t expected) {
        return appendTo(*log, messageOf(*m_bus, Subject::MemCommit, "x"), expected);
    };
    QCOMPARE(append(7).status, AppendStatus::WrongLastSequence);
    QCOMPARE(append(0).status, AppendStatus::Appended);
    const AppendOutcome wrong = append(0);
    QCOMPARE(wrong.status, AppendStatus::WrongLastSequence);
    QVERIFY(!wrong.inLog());
    QVERIFY(!wrong.message.empty());
    QCOMPARE(append(1).sequence, std::uint64_t{2});
    QCOMPARE(take(log->extent()).last, std::uint64_t{2});
}

void TestBusContract::aReaderFollowsTheLog()
{
    auto log = openLog();
    auto second = openLog();
    auto reader = take(second->reader(1));
    QVERIFY(take(reader->read(10, 10ms)).entries.empty());
    for (std::uint64_t i = 1; i <= 50; ++i) {
        QCOMPARE(appendTo(*log, messageOf(*m_bus, Subject::MemCommit, std::to_string(i))).sequence, i);
        const LogBatch batch = take(reader->read(10, 10s));
        QCOMPARE(batch.entries.size(), std::size_t{1});
        QCOMPARE(batch.entries[0].sequence, i);
        QCOMPARE(textOf(batch.entries[0].message), std::to_string(i));
        QVERIFY(batch.entries[0].message.topic() == TopicName(Subject::MemCommit));
    }
    QCOMPARE(take(take(log->reader(1))->read(7, 10s)).entries.size() <= 7, true);
}

void TestBusContract::aReaderCanBeInterrupted()
{
    auto log = openLog();
    auto reader = take(log->reader(1));
    QVERIFY(take(reader->read(10, 10ms)).entries.empty());
    const QDeadlineTimer deadline(20'000);
    std::thread interrupter([&] { reader->interrupt(); });
    QVERIFY(take(reader->read(10, 60s)).entries.empty());
    interrupter.join();
    QVERIFY(!deadline.hasExpired());
}

void TestBusContract::aReaderBehindTheEndIsToldOfTheLostTail()
{
    auto log = openLog();
    QCOMPARE(appendTo(*log, messageOf(*m_bus, Subject::MemCommit, "1")).sequence, std::uint64_t{1});
    auto reader = take(log->reader(10)); // it has read up to 9 from a log that is now shorter
    const LogBatch batch = take(reader->read(10, 10s));
    QVERIFY(batch.lostTail.has_value());
    QVERIFY(*batch.lostTail == take(log->extent()));
    QCOMPARE(appendTo(*log, messageOf(*m_bus, Subject::MemCommit, "2")).sequence, std::uint64_t{2});
    const LogBatch next = take(reader->read(10, 10s));
    QCOMPARE(next.entries.size(), std::size_t{1});
    QCOMPARE(next.entries[0].sequence, std::uint64_t{2});
}

void TestBusContract::aFullLogRefuses()
{
    LogOptions options;
    options.maximumBytes = 64 << 10;
    auto log = openLog(options);
    const std::string block(8 << 10, 'x');
    std::uint64_t kept = 0;
    AppendOutcome outcome;
    for (int i = 0; i < 20; ++i) {
        outcome = appendTo(*log, messageOf(*m_bus, Subject::MemCommit, block));
        kept += outcome.inLog() ? 1 : 0;
    }
    QCOMPARE(outcome.status, AppendStatus::Full);
    QVERIFY(kept >= 6 && kept <= 8);
    const LogExtent extent = take(log->extent());
    QCOMPARE(extent.first, std::uint64_t{1}); // what was there is not pushed out
    QCOMPARE(extent.last, kept);
}

void TestBusContract::tooManyOpenOutcomesAreRefused()
{
    LogOptions options;
    options.maximumPending = 4;
    auto log = openLog(options);
    std::atomic<int> busy = 0;
    std::atomic<int> appended = 0;
    std::atomic<int> other = 0;
    constexpr int kCount = 2'000;
    for (int i = 0; i < kCount; ++i) {
        log->append(messageOf(*m_bus, Subject::MemCommit, "x"), {}, [&](const AppendOutcome &outcome) {
            (outcome.status == AppendStatus::Busy ? busy : outcome.inLog() ? appended : other)++;
        });
    }
    QTRY_COMPARE_WITH_TIMEOUT(busy + appended + other, kCount, 30'000);
    QCOMPARE(other.load(), 0);
    QVERIFY(busy > 0);
    QVERIFY(appended >= 4);
    QCOMPARE(take(log->extent()).last, static_cast<std::uint64_t>(appended));
}

void TestBusContract::aLogSurvivesARestart()
{
    const BusMessage last = messageOf(*m_bus, Subject::MemCommit, "2");
    LogExtent before;
    {
        auto log = openLog();
        QCOMPARE(appendTo(*log, messageOf(*m_bus, Subject::MemCommit, "1")).sequence, std::uint64_t{1});
        QCOMPARE(appendTo(*log, last).sequence, std::uint64_t{2});
        before = take(log->extent());
    }
    m_bus.reset();
#if defined(COINSWARM_HAS_NATS)
    if (m_nats) {
        take(m_server->restart(0));
        take(m_server->waitReady());
    }
#endif
    m_bus = makeBus();
    auto log = openLog();
    QVERIFY(take(log->extent()) == before);
    QCOMPARE(readFrom(*log, 1, 2), (std::vector<std::string>{"1", "2"}));
    QCOMPARE(appendTo(*log, last).status, AppendStatus::Duplicate);
    QCOMPARE(appendTo(*log, messageOf(*m_bus, Subject::MemCommit, "3"), 2).sequence, std::uint64_t{3});
}

QTEST_GUILESS_MAIN(TestBusContract)
#include "tst_bus_contract.moc"
