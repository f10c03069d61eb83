// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "memory/quorum/certificate.h"
#include "unit/quorum_cluster.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::journal;
using namespace coinswarm::quorum;
using namespace coinswarm::testing;

class TestQuorumMachine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sizesFollowFromTheFaultsBorne()
    {
        const std::map<std::size_t, std::pair<std::size_t, std::size_t>> sizes{
            {1, {0, 1}}, {2, {0, 2}}, {3, {0, 2}}, {4, {1, 3}}, {5, {1, 4}}, {6, {1, 4}}, {7, {2, 5}}, {10, {3, 7}}};
        for (const auto &[n, expected] : sizes) {
            QCOMPARE(faultsBorne(n), expected.first);
            QCOMPARE(quorumSize(n), expected.second);
        }
        for (std::size_t n = 1; n <= kMostManagers; ++n) {
            QVERIFY(2 * quorumSize(n) >= n + faultsBorne(n) + 1);
            QVERIFY(quorumSize(n) <= n - faultsBorne(n));
        }
    }

    void anItemIsDecidedWithoutATimeOut()
    {
        for (const std::size_t n : {1, 2, 3, 4, 7}) {
            Cluster cluster(n);
            cluster.submit("an item");
            for (std::size_t i = 0; i < n; ++i) {
                QCOMPARE(cluster.machines[i].tip().slot, Slot(1));
                QVERIFY(cluster.machines[i].tip().commit == cluster.machines[0].tip().commit);
                QCOMPARE(cluster.machines[i].pendingItems(), std::size_t(0));
            }
            const Final &final = std::get<Final>(*cluster.finals[0].at(1));
            QVERIFY(checkFinal(cluster.crypto(0), cluster.genesis(), final).ok());
            QVERIFY(final.decided.certificate.body.accepted.test(0));
            QVERIFY(cluster.halts.empty() && cluster.accusations.empty());
        }
    }

    void noSignatureIsCheckedTwice()
    {
        Cluster cluster(4);
        cluster.submit("an item");
        // Per manager at most the proposal, three votes and three receipts of the others.
        QVERIFY2(cluster.checks() <= 4 * 7, std::to_string(cluster.checks()).c_str());
        const Ed25519Crypto plain(JournalKey::generate().value());
        const RememberingCrypto remembering(plain);
        const ByteBuffer message(10);
        const Signature good = remembering.sign(message).value();
        Signature bad = good;
        bad[0] ^= std::byte{1};
        QVERIFY(remembering.holds(plain.publicKey(), message, good));
        QCOMPARE(remembering.checks(), std::size_t(0));
        for (int i = 0; i < 2; ++i) {
            QVERIFY(!remembering.holds(plain.publicKey(), message, bad));
        }
        QCOMPARE(remembering.checks(), std::size_t(2)); // only what holds is remembered
    }

    void aBadItemIsRejectedAndTheRestCommitted()
    {
        Cluster cluster(4);
        // The first slot is under way with the first item when the others come; they share the second.
        for (const char *item : {"first", "x", "good"}) {
            for (std::size_t i = 0; i < 4; ++i) {
                cluster.give(i, MessageReceived{makeMessage(SubmitItems{BatchKind::Items, item})});
            }
        }
        cluster.run();
        QCOMPARE(cluster.machines[0].tip().slot, Slot(2));
        const CommitBody &body = cluster.decided(2, 2);
        QCOMPARE(body.accepted.count, 2U);
        QVERIFY(!body.accepted.test(0) && body.accepted.test(1));
        for (const auto &vote : std::get<Final>(*cluster.finals[2].at(2)).decided.certificate.votes) {
            QCOMPARE(vote.reasons, std::vector<ReasonCode>{kTooShort});
        }
    }

    void aDeadCoordinatorCostsOneTimeOutIn64Slots()
    {
        Cluster cluster(4);
        cluster.up[1] = false; // coordinates slot 1
        int timeOuts = 0;
        for (int slot = 1; slot <= 64; ++slot) {
            cluster.submit("item " + std::to_string(slot));
            while (cluster.machines[0].tip().slot < static_cast<Slot>(slot)) {
                QVERIFY(++timeOuts < 10);
                cluster.timeOut();
            }
        }
        QCOMPARE(timeOuts, 1);
    }

    void twoSilentManagersOfFourStopMemoryAndItGoesOnWhenOneReturns()
    {
        Cluster cluster(4);
        cluster.up[2] = cluster.up[3] = false;
        cluster.submit("an item");
        for (int i = 0; i < 20; ++i) {
            cluster.timeOut();
        }
        QCOMPARE(cluster.machines[0].tip().slot, Slot(0));
        QVERIFY(cluster.machines[0].round() <= 1); // nobody runs ahead alone
        cluster.up[2] = true;
        for (int i = 0; i < 10; ++i) {
            cluster.timeOut();
        }
        QCOMPARE(cluster.machines[0].tip().slot, Slot(1));
        QCOMPARE(cluster.machines[2].tip().slot, Slot(1));
    }

    void aManagerThatWasAwayCatchesUp()
    {
        Cluster cluster(4);
        cluster.up[3] = false;
        for (int i = 0; i < 5; ++i) {
            cluster.submit("item " + std::to_string(i));
            cluster.timeOut();
            cluster.timeOut();
        }
        const Slot reached = cluster.machines[0].tip().slot;
        QVERIFY(reached >= 5);
        cluster.up[3] = true;
        cluster.give(3, Started{});
        cluster.run();
        QCOMPARE(cluster.machines[3].tip().slot, reached);
        QVERIFY(cluster.machines[3].tip().commit == cluster.machines[0].tip().commit);
    }

    void promisesSurviveARestart()
    {
        Cluster cluster(4);
        cluster.up[2] = cluster.up[3] = false; // no certificate: manager 0 votes and no more
        cluster.submit("an item");
        QCOMPARE(cluster.disks[0].size(), std::size_t(1));
        const quorum::QuorumVote promised = std::get<quorum::QuorumVote>(*cluster.disks[0][0]);

        LengthEvaluator evaluator;
        ManagerMachine again(cluster.crypto(0), evaluator, {}, cluster.genesis(), Digest{}, cluster.disks[0]);
        std::vector<quorum::QuorumVote> votes;
        const auto collect = [&votes](const ManagerEffects &effects) {
            for (const ManagerEffect &effect : effects) {
                if (const auto *broadcast = std::get_if<Broadcast>(&effect)) {
                    if (const auto *vote = std::get_if<quorum::QuorumVote>(broadcast->message.get())) {
                        votes.push_back(*vote);
                    }
                }
                QVERIFY(!std::holds_alternative<Persist>(effect));
            }
        };
        collect(again.handle(Started{}));
        QCOMPARE(votes.size(), std::size_t(1));
        QVERIFY(votes[0] == promised);
        // Another proposal for the same round gets no second vote.
        BatchProposal other{
            cluster.cluster(), 0, 1, 0, cluster.cluster(), {}, {BatchKind::Items, {"another"}}, {}, 1, {}};
        collect(again.handle(MessageReceived{makeMessage(signedBy(cluster.crypto(1), other))}));
        QCOMPARE(votes.size(), std::size_t(1));
    }

    void membershipStandsAloneAndTheNextEpochDecides()
    {
        Cluster cluster(4);
        Epoch next = cluster.epoch();
        next.number = 1;
        next.managers.pop_back();
        Epoch wrong = next;
        wrong.number = 7;
        cluster.submit(cluster.approved(wrong), BatchKind::Membership);
        QCOMPARE(cluster.machines[0].tip().slot, Slot(1));
        QVERIFY(!cluster.decided(0, 1).accepted.test(0));
        QCOMPARE(std::get<Final>(*cluster.finals[0].at(1)).decided.certificate.votes[0].reasons[0],
                 kMalformedMembership);

        // Two of four are no quorum.
        cluster.submit(cluster.approved(next, 2), BatchKind::Membership);
        QVERIFY(!cluster.decided(0, 2).accepted.test(0));
        QCOMPARE(std::get<Final>(*cluster.finals[0].at(2)).decided.certificate.votes[0].reasons[0],
                 kUnapprovedMembership);

        cluster.submit(cluster.approved(next), BatchKind::Membership);
        QCOMPARE(cluster.machines[0].tip().epoch.number, std::uint64_t(1));
        cluster.submit("under the new epoch");
        QCOMPARE(cluster.machines[0].tip().slot, Slot(4));
        QCOMPARE(cluster.decided(0, 4).epoch, std::uint64_t(1));
        QCOMPARE(std::get<Final>(*cluster.finals[0].at(4)).decided.certificate.votes.size(), next.quorum());
        // The one that left follows without a vote, and what the old epoch signs proves nothing any more.
        QCOMPARE(cluster.machines[3].tip().slot, Slot(4));
        ChainTip old = cluster.genesis();
        old.slot = 3;
        old.commit = cluster.decided(0, 4).previous;
        QVERIFY(!checkFinal(cluster.crypto(0), old, std::get<Final>(*cluster.finals[0].at(4))).ok());
    }

    void oneChangeInSeveralFormsSpendsOneSlot()
    {
        Cluster cluster(4);
        Epoch next = cluster.epoch();
        next.number = 1;
        std::swap(next.managers[0], next.managers[1]);
        for (const std::size_t approvals : {3, 4}) {
            const MessagePtr item = makeMessage(SubmitItems{BatchKind::Membership, cluster.approved(next, approvals)});
            for (std::size_t i = 0; i < 4; ++i) {
                cluster.give(i, MessageReceived{item});
            }
        }
        cluster.run();
        QCOMPARE(cluster.machines[2].tip().epoch.number, std::uint64_t(1));
        QCOMPARE(cluster.machines[2].tip().slot, Slot(1));
        QCOMPARE(cluster.machines[2].pendingItems(), std::size_t(0));
    }

    void whoWasAwayWhileManagersLeftIsAnswered()
    {
        Cluster cluster(4);
        Epoch next = cluster.epoch();
        next.number = 1;
        next.managers.erase(next.managers.begin());
        cluster.up[3] = false;
        cluster.submit(cluster.approved(next), BatchKind::Membership);
        QCOMPARE(cluster.machines[1].tip().epoch.number, std::uint64_t(1));
        // It asks as the fourth of an epoch in which the others know three.
        cluster.up[3] = true;
        cluster.give(3, Started{});
        cluster.run();
        QCOMPARE(cluster.machines[3].tip().epoch.number, std::uint64_t(1));
    }

    void checkpointsAreSignedByAQuorum()
    {
        MachineTuning tuning;
        tuning.checkpointEvery = 2;
        Cluster cluster(4, tuning);
        for (int i = 0; i < 4; ++i) {
            cluster.submit("item " + std::to_string(i));
        }
        QCOMPARE(cluster.checkpoints.size(), std::size_t(8));
        for (const auto &signatures : cluster.checkpoints) {
            QCOMPARE(signatures.size(), std::size_t(3));
            for (const Checkpoint &checkpoint : signatures) {
                QVERIFY(signedByItsManager(cluster.crypto(0), cluster.epoch(), checkpoint));
                QVERIFY(checkpoint.state == signatures[0].state);
            }
        }
    }

    void aLogThatLostItsTailIsRestored()
    {
        Cluster cluster(4);
        cluster.submit("one item");
        cluster.submit("two items");
        cluster.give(2, LogEnded{0});
        QCOMPARE(cluster.restored, (std::vector<std::pair<Slot, Slot>>{{1, 2}}));
        cluster.give(2, LogEnded{2});
        QCOMPARE(cluster.restored.size(), std::size_t(1));
    }

    void aDoubleVoteConvicts()
    {
        Cluster cluster(4);
        cluster.up[2] = cluster.up[3] = false;
        cluster.submit("an item");
        const quorum::QuorumVote honest = std::get<quorum::QuorumVote>(*cluster.disks[1][0]);
        quorum::QuorumVote other = honest;
        other.manager = 3;
        other = signedBy(cluster.crypto(3), other);
        quorum::QuorumVote contrary = other;
        contrary.body.accepted = AcceptedItems::of({kTooShort});
        contrary.reasons = {kTooShort};
        contrary = signedBy(cluster.crypto(3), contrary);
        cluster.give(0, MessageReceived{makeMessage(other)});
        QVERIFY(cluster.accusations.empty());
        cluster.give(0, MessageReceived{makeMessage(contrary)});
        QCOMPARE(cluster.accusations.size(), std::size_t(1));

        const Ed25519Crypto keysOnly;
        const auto bytes = codec::encoded(cluster.accusations[0]);
        const Evidence read = codec::decoded<Evidence>(bytes).value();
        const auto conviction = convict(keysOnly, cluster.cluster(), cluster.epoch(), read);
        QVERIFY(conviction.ok());
        QVERIFY(conviction->find("Manager m4 voted twice") != std::string::npos);

        Evidence framed = read;
        framed.manager = 2;
        QVERIFY(!convict(keysOnly, cluster.cluster(), cluster.epoch(), framed).ok());
        framed = read;
        framed.statements[1] = framed.statements[0];
        QVERIFY(!convict(keysOnly, cluster.cluster(), cluster.epoch(), framed).ok());
        framed = read;
        std::get<quorum::QuorumVote>(framed.statements[1]).round = 1;
        QVERIFY(!convict(keysOnly, cluster.cluster(), cluster.epoch(), framed).ok());
    }

    void aForgedCommitConvictsItsPublisherAndNobodyElse()
    {
        Cluster cluster(4);
        cluster.submit("an item");
        Commit commit{std::get<Final>(*cluster.finals[0].at(1)).decided, 3, {}};
        commit.decided.certificate.votes.pop_back();
        // A fresh cluster with the same keys would be in slot 1: give it to a machine that starts again.
        LengthEvaluator evaluator;
        ManagerMachine machine(cluster.crypto(0), evaluator, {}, cluster.genesis(), Digest{}, {});
        const auto accused = [&machine](const Commit &forged) {
            for (const ManagerEffect &effect : machine.handle(LogEntryRead{makeMessage(forged)})) {
                if (std::holds_alternative<Accuse>(effect)) {
                    return true;
                }
            }
            return false;
        };
        QVERIFY(!accused(commit)); // unsigned: anybody can make it
        QVERIFY(accused(signedBy(cluster.crypto(3), commit)));
        QCOMPARE(machine.promises().lock().has_value(), false);
    }

    void twoConvictionsOfFourHalt()
    {
        Cluster cluster(4);
        cluster.up[1] = cluster.up[2] = cluster.up[3] = false;
        for (const ManagerIndex liar : {ManagerIndex(2), ManagerIndex(3)}) {
            for (const std::byte commit : {std::byte{1}, std::byte{2}}) {
                Receipt receipt{cluster.cluster(), 0, 1, 0, {commit}, liar, {}};
                cluster.give(0, MessageReceived{makeMessage(signedBy(cluster.crypto(liar), receipt))});
            }
        }
        QCOMPARE(cluster.accusations.size(), std::size_t(2));
        QCOMPARE(cluster.halts.size(), std::size_t(1));
        QVERIFY(cluster.machines[0].halted());
        QVERIFY(cluster.machines[0].handle(Started{}).empty());
    }

    void aManagerWithAnotherStateHaltsInsteadOfVoting()
    {
        Cluster cluster(4);
        cluster.submit("one item");
        cluster.submit("two items");
        const MessagePtr second = cluster.finals[0].at(2);
        LengthEvaluator evaluator;
        ManagerMachine machine(cluster.crypto(3), evaluator, {}, cluster.genesis(), Digest{}, {});
        machine.handle(MessageReceived{cluster.finals[0].at(1)});
        machine.handle(Applied{1, Digest{std::byte{9}}});
        machine.handle(MessageReceived{second});
        QVERIFY(machine.halted());
    }

    void certificatesAreRefused_data()
    {
        QTest::addColumn<int>("change");
        QTest::addColumn<QString>("why");
        QTest::newRow("a vote too few") << 0 << "a quorum is 3";
        QTest::newRow("a vote twice") << 1 << "each once";
        QTest::newRow("out of order") << 2 << "each once";
        QTest::newRow("a stranger") << 3 << "has 4 managers";
        QTest::newRow("another round") << 4 << "malformed";
        QTest::newRow("another batch") << 5 << "not the one that was voted on";
        QTest::newRow("another bit") << 6 << "malformed";
        QTest::newRow("a changed signature") << 7 << "signature";
        QTest::newRow("another's signature") << 8 << "signature";
        QTest::newRow("another slot") << 9 << "expected slot 1";
        QTest::newRow("another past") << 10 << "does not link";
        QTest::newRow("bits behind the end") << 11 << "malformed";
        QTest::newRow("a receipt too few") << 12 << "2 receipts";
        QTest::newRow("a receipt's signature") << 13 << "receipt's signature";
        QTest::newRow("another cluster") << 14 << "another cluster";
        QTest::newRow("nothing") << 15 << "";
    }

    void certificatesAreRefused()
    {
        QFETCH(int, change);
        QFETCH(QString, why);
        Cluster cluster(4);
        cluster.submit("an item");
        Final final = std::get<Final>(*cluster.finals[0].at(1));
        Certificate &certificate = final.decided.certificate;
        auto &votes = certificate.votes;
        switch (change) {
        case 0:
            votes.resize(2);
            break;
        case 1:
            votes[1] = votes[0];
            break;
        case 2:
            std::swap(votes[0], votes[1]);
            break;
        case 3:
            votes.back().manager = 4;
            break;
        case 4:
            certificate.round = 1;
            break;
        case 5:
            final.decided.batch.items[0] = "another";
            break;
        case 6:
            certificate.body.accepted = AcceptedItems::of({kTooShort});
            break;
        case 7:
            votes[0].signature[5] ^= std::byte{1};
            break;
        case 8:
            votes[0].signature = votes[1].signature;
            break;
        case 9:
            certificate.body.slot = 2;
            break;
        case 10:
            certificate.body.previous[0] ^= std::byte{1};
            break;
        case 11:
            certificate.body.accepted.bits[0] = '\x03';
            break;
        case 12:
            final.receipts.resize(2);
            break;
        case 13:
            final.receipts[0].signature[0] ^= std::byte{1};
            break;
        case 14:
            certificate.body.cluster[0] ^= std::byte{1};
            break;
        default:
            break;
        }
        const Result<void> checked = checkFinal(cluster.crypto(0), cluster.genesis(), final);
        QCOMPARE(checked.ok(), why.isEmpty());
        if (!checked) {
            const QString message = QString::fromStdString(checked.error().message);
            QVERIFY2(message.contains(why), qPrintable(message));
        }
    }

    void messagesHaveOneEncoding()
    {
        Cluster cluster(4);
        cluster.submit("an item");
        for (const MessagePtr &message : cluster.said) {
            const ByteBuffer bytes = codec::encoded(*message);
            const Result<Message> read = codec::decoded<Message>(bytes);
            QVERIFY(read.ok());
            QVERIFY(codec::encoded(*read) == bytes);
            ByteBuffer longer = bytes;
            longer.push_back(std::byte{0});
            QVERIFY(!codec::decoded<Message>(longer).ok());
            QVERIFY(!codec::decoded<Message>(ByteView(bytes).first(bytes.size() - 1)).ok());
        }
    }
};

QTEST_GUILESS_MAIN(TestQuorumMachine)
#include "tst_quorum_machine.moc"
