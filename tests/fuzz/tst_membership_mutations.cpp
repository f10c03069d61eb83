// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "byte_mutations.h"
#include "memory/audit/membership_file.h"
#include "memory/quorum/ed25519_crypto.h"

#include <QtTest/QtTest>

#include <deque>

using namespace coinswarm;
using namespace coinswarm::audit;
using namespace coinswarm::journal;
using namespace coinswarm::quorum;

/// Changes of membership whose bytes were bent: refused with a reason, and never approved as anything else than what was
/// signed.
class TestMembershipMutations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        for (int i = 0; i < 4; ++i) {
            m_keys.emplace_back(JournalKey::generate().value());
            m_present.managers.push_back(m_keys.back().publicKey());
        }
        m_file.cluster.fill(std::byte{7});
        m_file.change.next = {1, m_present.managers};
        std::swap(m_file.change.next.managers[0], m_file.change.next.managers[3]);
        for (std::size_t i = 0; i < m_present.quorum(); ++i) {
            QVERIFY(m_file.change.approve(m_keys[i], m_file.cluster).ok());
        }
        QVERIFY(isApproved(m_keys[0], m_file.cluster, m_present, encodeChange(m_file.change)));
    }

    void bentFilesAreRefusedOrReadBackAsTheyAre()
    {
        std::mt19937 random(20261122);
        int read = 0;
        for (int i = 0; i < kRounds; ++i) {
            const Result<MembershipFile> file = parseMembership(test::mutatedBytes(m_file.text(), random));
            if (!file.ok()) {
                QVERIFY(!file.error().message.empty());
                continue;
            }
            ++read;
            QCOMPARE(parseMembership(file->text()).value(), *file);
            judge(*file);
        }
        QVERIFY(read > 0 && read < kRounds);
    }

    void bentItemsAreRefusedOrTheSame()
    {
        std::mt19937 random(20261123);
        const std::string good = encodeChange(m_file.change);
        int read = 0;
        for (int i = 0; i < kRounds; ++i) {
            const std::string bent = test::mutatedBytes(good, random);
            const Result<MembershipChange> change = decodeChange(bent);
            if (!change.ok()) {
                QVERIFY(!nextEpoch(m_present, bent).ok());
                QVERIFY(!isApproved(m_keys[0], m_file.cluster, m_present, bent));
                continue;
            }
            ++read;
            QVERIFY(encodeChange(*change) == bent); // One value, one encoding.
            judge({m_file.cluster, *change});
        }
        QVERIFY(read > 0 && read < kRounds);
    }

private:
    static constexpr int kRounds = 10'000;

    void judge(const MembershipFile &file) const
    {
        if (isApproved(m_keys[0], file.cluster, m_present, encodeChange(file.change))) {
            QCOMPARE(file.cluster, m_file.cluster);
            QCOMPARE(file.change.next, m_file.change.next);
        }
    }

    std::deque<Ed25519Crypto> m_keys;
    Epoch m_present;
    MembershipFile m_file;
};

QTEST_GUILESS_MAIN(TestMembershipMutations)
#include "tst_membership_mutations.moc"
