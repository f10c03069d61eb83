// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/audit/membership_file.h"
#include "memory/quorum/ed25519_crypto.h"

#include <QtTest/QtTest>

#include <deque>

using namespace coinswarm;
using namespace coinswarm::audit;
using namespace coinswarm::journal;
using namespace coinswarm::quorum;

/// What a change of managers proves by itself, and the file in which it goes from one operator to the next.
class TestMembershipChange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_keys.clear();
        m_present = {7, {}};
        for (int i = 0; i < 5; ++i) {
            m_keys.emplace_back(JournalKey::generate().value());
        }
        for (std::size_t i = 0; i < 4; ++i) {
            m_present.managers.push_back(m_keys[i].publicKey());
        }
        m_file = {};
        m_file.cluster.fill(std::byte{42});
        m_file.change.next = {8, m_present.managers};
        m_file.change.next.managers[2] = m_keys[4].publicKey();
    }

    void aQuorumOfThePresentManagersAndWhoIsNewHaveToAgree()
    {
        for (const std::size_t manager : {3, 0, 4}) {
            approve(manager);
            approve(manager); // once more, by mistake
        }
        QCOMPARE(m_file.change.approvals.size(), std::size_t(3));
        QVERIFY(!isApproved());
        approve(1);
        QVERIFY(isApproved());
        QCOMPARE(nextEpoch(m_present, encodeChange(m_file.change)).value(), m_file.change.next);
    }

    void aNewManagerThatDoesNotAnswerIsNoneThatCouldDecide()
    {
        for (const std::size_t manager : {0, 1, 2, 3}) {
            approve(manager);
        }
        QVERIFY(!isApproved());
        approve(4);
        QVERIFY(isApproved());
    }

    void aStrangersWordSpoilsItUntilItIsDropped()
    {
        for (const std::size_t manager : {0, 1, 3, 4}) {
            approve(manager);
        }
        const Ed25519Crypto stranger(JournalKey::generate().value());
        QVERIFY(m_file.change.approve(stranger, m_file.cluster).ok());
        QVERIFY(!isApproved());
        m_file.change.dropWhatDoesNotCount(m_keys[0], m_file.cluster, m_present);
        QVERIFY(isApproved());
    }

    void anApprovalIsForTheseKeysInThisCluster()
    {
        for (const std::size_t manager : {0, 1, 2, 4}) {
            approve(manager);
        }
        QVERIFY(isApproved());
        MembershipFile other = m_file;
        std::swap(other.change.next.managers[0], other.change.next.managers[1]);
        QVERIFY(!isApproved(other));
        other = m_file;
        other.cluster[0] ^= std::byte{1};
        QVERIFY(!isApproved(other));
        other = m_file;
        other.change.approvals[1].signature[5] ^= std::byte{1};
        QVERIFY(!isApproved(other));
        other = m_file;
        other.change.approvals[1] = other.change.approvals[0];
        QVERIFY(!isApproved(other));
        std::swap(m_file.change.approvals[0], m_file.change.approvals[1]);
        QVERIFY(!isApproved());
    }

    void onlyTheNextEpochFollows()
    {
        m_file.change.next.number = 9;
        QVERIFY(!nextEpoch(m_present, encodeChange(m_file.change)).ok());
        m_file.change.next.number = 8;
        m_file.change.next.managers[0] = m_file.change.next.managers[1];
        QVERIFY(!nextEpoch(m_present, encodeChange(m_file.change)).ok());
        QVERIFY(!nextEpoch(m_present, "no change").ok());
        QVERIFY(!nextEpoch(m_present, {}).ok());
    }

    void aFileIsReadBackAsItWasWritten()
    {
        QCOMPARE(parseMembership(m_file.text()).value(), m_file);
        approve(1);
        approve(0);
        QCOMPARE(parseMembership(m_file.text()).value(), m_file);
    }

    void copiesThatWereApprovedApartCanBePutTogether()
    {
        MembershipFile copy = m_file;
        approve(0);
        QVERIFY(copy.change.approve(m_keys[1], copy.cluster).ok());
        QVERIFY(copy.change.approve(m_keys[0], copy.cluster).ok());
        const auto approvals = [](const MembershipFile &file) {
            const std::string text = file.text();
            return text.substr(text.find("approval"));
        };
        const MembershipFile both = parseMembership(m_file.text() + approvals(copy)).value();
        QCOMPARE(both, copy);
    }

    void aWrongLineIsNamed_data()
    {
        QTest::addColumn<int>("line");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("another file") << 1 << QByteArray("coinswarm genesis 1");
        QTest::newRow("no cluster") << 2 << QByteArray("cluster 12");
        QTest::newRow("no number") << 3 << QByteArray("epoch eight");
        QTest::newRow("a number and more") << 3 << QByteArray("epoch 8 or 9");
        QTest::newRow("half a key") << 5 << QByteArray("manager 12ab");
        QTest::newRow("no word") << 6 << QByteArray("");
        QTest::newRow("an approval without signature") << 8 << QByteArray("approval ").append(64, 'a');
    }
    void aWrongLineIsNamed()
    {
        QFETCH(const int, line);
        QFETCH(const QByteArray, text);
        approve(0);
        QList<QByteArray> lines = QByteArray::fromStdString(m_file.text()).split('\n');
        lines[line - 1] = text;
        const Result<MembershipFile> read = parseMembership(lines.join('\n').toStdString());
        QVERIFY(!read.ok());
        QVERIFY2(read.error().message.starts_with("Line " + std::to_string(line) + " "), read.error().message.c_str());
    }

    void aManagerBehindTheApprovalsIsRefused()
    {
        approve(0);
        QVERIFY(!parseMembership(m_file.text() + "manager " + toHex(m_keys[2].publicKey()) + "\n").ok());
    }

private:
    void approve(std::size_t manager) { QVERIFY(m_file.change.approve(m_keys[manager], m_file.cluster).ok()); }
    bool isApproved(const MembershipFile &file) const
    {
        return quorum::isApproved(m_keys[0], file.cluster, m_present, encodeChange(file.change));
    }
    bool isApproved() const { return isApproved(m_file); }

    std::deque<Ed25519Crypto> m_keys;
    Epoch m_present;
    MembershipFile m_file;
};

QTEST_GUILESS_MAIN(TestMembershipChange)
#include "tst_membership_change.moc"
