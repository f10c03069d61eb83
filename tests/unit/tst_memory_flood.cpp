// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/host/memory_host.h"
#include "memory/quorum/membership_change.h"

#include "support/episodes.h"

#include <QtCore/QSemaphore>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <atomic>

using namespace coinswarm;
using namespace coinswarm::journal;
using namespace coinswarm::memory;

namespace {

/// What a stranger on the bus can do to a host.
struct Bus {
    QuorumChannel::Receiver deliver;
    std::atomic<int> answers = 0;
};

class Channel final : public QuorumChannel
{
public:
    explicit Channel(Bus &bus) : m_bus(bus) {}

    Result<void> open(Receiver receiver) override
    {
        m_bus.deliver = std::move(receiver);
        m_bus.deliver({nullptr, false, true, 0, 0}); // an empty log
        return {};
    }
    void takePlace(std::optional<quorum::ManagerIndex>) override {}
    void submit(quorum::BatchKind, const std::string &) override {}
    void broadcast(const quorum::MessagePtr &) override {}
    void send(quorum::ManagerIndex, const quorum::MessagePtr &) override { ++m_bus.answers; }
    void append(const quorum::MessagePtr &message) override { m_bus.deliver({message, true, false, 0, 0}); }
    std::string trouble() const override { return {}; }

private:
    Bus &m_bus;
};

class Deciding final : public MemoryListener
{
public:
    void onRestored(quorum::Slot, const MemoryState &) override {}
    void onFinal(const FinalReport &) override {}
    void onOutcome(const ProposalOutcome &outcome) override
    {
        slot = outcome.slot;
        decided.release();
    }
    void onUndecided(quorum::Slot, quorum::Round) override {}
    void onAccused(const quorum::Evidence &, const std::filesystem::path &) override {}
    void onHalted(const std::string &) override {}

    QSemaphore decided;
    std::atomic<quorum::Slot> slot = 0; ///< of the last decision
};

/// The host's thread does nothing else until end().
class Standstill
{
public:
    explicit Standstill(MemoryHost &host)
    {
        host.inspect([this](const MemoryState &) {
            m_begun.release();
            m_goOn.acquire();
        });
        m_begun.acquire();
    }
    void end() { m_goOn.release(); }

private:
    QSemaphore m_begun;
    QSemaphore m_goOn;
};

} // namespace

/// A host that is told more than it can take goes on, in bounded memory.
class TestMemoryFlood : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        const std::filesystem::path path = m_folder->path().toStdString();
        MemoryHostOptions options;
        options.folder = path / "memory";
        options.genesis.name = "flood";
        for (const char *name : {"m1", "m2", "m3", "m4"}) {
            options.keys.push_back(key(name));
            options.genesis.epoch.managers.push_back(options.keys.back().publicKey());
        }
        options.keys.pop_back(); // the fourth is elsewhere, and may ask
        m_source.emplace(key("engine"));
        options.genesis.engines = {{m_source->key(), "engine"}};
        options.listener = &m_listener;
        options.channel = std::make_unique<Channel>(m_bus);
        m_bus.answers = 0;
        std::filesystem::create_directories(options.folder);
        auto host = MemoryHost::open(std::move(options));
        QVERIFY2(host.ok(), host.ok() ? "" : host.error().message.c_str());
        m_host = std::move(*host);
    }
    void cleanup() { m_host.reset(); }

    void questionsWithoutEndAreAnsweredSoManyTimesASecond()
    {
        decide(1);
        constexpr int asked = 90'000;
        QElapsedTimer clock;
        clock.start();
        for (int i = 0; i < asked; ++i) {
            deliver(quorum::makeMessage(quorum::Fetch{m_host->cluster(), 1, 3}), 50);
        }
        decide(2); // which is behind them in the line
        const auto seconds = clock.elapsed() / 1000 + 2;
        // All three managers here answer.
        QVERIFY(m_bus.answers > 0);
        QVERIFY2(m_bus.answers <= 3 * 2'000 * seconds, qPrintable(QString::number(m_bus.answers)));
        QVERIFY(m_bus.answers < 3 * asked);
    }

    void strangersCannotSpendSlots()
    {
        quorum::Epoch next;
        next.number = 1;
        next.managers = {m_source->key()};
        // Approved by whoever is not asked, and by fewer than are needed.
        quorum::MembershipChange change{next, {}};
        QVERIFY(change.approve(quorum::Ed25519Crypto(key("engine")), m_host->cluster()).ok());
        deliver(membership(change), 100);
        change.approvals.clear();
        for (const char *name : {"m1", "m2"}) {
            QVERIFY(change.approve(quorum::Ed25519Crypto(key(name)), m_host->cluster()).ok());
        }
        deliver(membership(change), 100);
        QVERIFY(!m_host->submitMembership(change).ok());
        deliver(quorum::makeMessage(quorum::SubmitItems{quorum::BatchKind::Items, "junk"}), 4);
        decide(1);
        decide(2);
        QCOMPARE(m_listener.slot.load(), quorum::Slot(2));
    }

    void aStrangerMayCarryWhatAQuorumHasApproved()
    {
        quorum::MembershipChange change{m_host->status().epoch, {}};
        change.next.number = 1;
        change.next.managers[3] = key("m5").publicKey();
        for (const char *name : {"m4", "m2", "m1", "m5"}) {
            QVERIFY(change.approve(quorum::Ed25519Crypto(key(name)), m_host->cluster()).ok());
        }
        deliver(membership(change), 100);
        // Again, with one more approval, and once it is decided: it spends no further slot.
        deliver(membership(change), 100);
        quorum::MembershipChange variant = change;
        QVERIFY(variant.approve(quorum::Ed25519Crypto(key("m3")), m_host->cluster()).ok());
        deliver(membership(variant), 100);
        decide(1);
        QTRY_COMPARE(m_host->status().epoch, change.next);
        deliver(membership(change), 100);
        decide(2);
        QCOMPARE(m_listener.slot.load(), quorum::Slot(3));
        QVERIFY(!m_host->submitMembership(change).ok());
    }

    void whatDoesNotCountIsLeftOut()
    {
        quorum::MembershipChange change{m_host->status().epoch, {}};
        change.next.number = 1;
        change.next.managers.pop_back();
        for (const char *name : {"m1", "engine", "m2", "m3", "m4"}) {
            QVERIFY(change.approve(quorum::Ed25519Crypto(key(name)), m_host->cluster()).ok());
        }
        const PublicKey m4 = key("m4").publicKey();
        for (quorum::MembershipApproval &approval : change.approvals) {
            approval.signature[0] ^= approval.manager == m4 ? std::byte{1} : std::byte{};
        }
        const Result<std::string> item = m_host->submitMembership(change);
        QVERIFY2(item.ok(), item.ok() ? "" : item.error().message.c_str());
        QCOMPARE(quorum::decodeChange(*item)->approvals.size(), std::size_t(3));
        decide(1);
        QTRY_COMPARE(m_host->status().epoch, change.next);
    }

    void messagesThatFillMemoryAreDroppedAndCounted()
    {
        Standstill still(*m_host);
        const quorum::MessagePtr junk =
            quorum::makeMessage(quorum::SubmitItems{quorum::BatchKind::Items, std::string(1000, 'x')});
        for (int i = 0; i < 300; ++i) {
            deliver(junk, std::size_t{1} << 20);
        }
        QCOMPARE(m_host->status().dropped, std::uint64_t(300 - 256));
        still.end();
        decide(1);
    }

    void theLogWaitsInsteadOfBeingDropped()
    {
        Standstill still(*m_host);
        const quorum::MessagePtr entry = quorum::makeMessage(quorum::Checkpoint());
        std::atomic<int> taken = 0;
        std::thread reader([&] {
            for (int i = 0; i < 300; ++i) {
                m_bus.deliver({entry, true, false, 0, std::size_t{1} << 20});
                ++taken;
            }
        });
        QTRY_COMPARE(taken.load(), 256);
        still.end();
        reader.join();
        QCOMPARE(taken.load(), 300);
        QCOMPARE(m_host->status().dropped, std::uint64_t(0));
        decide(1);
    }

    void aHostEndsWhileTheLogWaits()
    {
        Standstill still(*m_host);
        std::atomic<bool> over = false;
        std::thread reader([&] {
            for (int i = 0; i < 300; ++i) {
                m_bus.deliver({quorum::makeMessage(quorum::Checkpoint()), true, false, 0, std::size_t{1} << 20});
            }
            over = true;
        });
        std::thread ending([&] { m_host->stop(); });
        QTRY_VERIFY(over);
        still.end();
        ending.join();
        reader.join();
    }

private:
    JournalKey key(const char *name) const
    {
        return JournalKey::loadOrCreate(std::filesystem::path(m_folder->path().toStdString()) / name).value();
    }

    static quorum::MessagePtr membership(const quorum::MembershipChange &change)
    {
        return quorum::makeMessage(quorum::SubmitItems{quorum::BatchKind::Membership, quorum::encodeChange(change)});
    }

    void deliver(const quorum::MessagePtr &message, std::size_t bytes)
    {
        m_bus.deliver({message, false, false, 0, bytes});
    }

    void decide(std::uint64_t n)
    {
        m_host->submit(m_source->items(m_host->cluster(), {m_source->proposal(n)}));
        QVERIFY(m_listener.decided.tryAcquire(1, 20'000));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::optional<testing::EpisodeSource> m_source;
    Bus m_bus;
    Deciding m_listener;
    std::unique_ptr<MemoryHost> m_host;
};

QTEST_GUILESS_MAIN(TestMemoryFlood)
#include "tst_memory_flood.moc"
