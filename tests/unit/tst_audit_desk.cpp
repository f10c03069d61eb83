// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "control/audit_desk.h"

#include "memory/audit/audit_log.h"
#include "unit/quorum_cluster.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <filesystem>
#include <future>

using namespace coinswarm;
using namespace coinswarm::control;
using namespace coinswarm::testing;

/// Old slots and the check of a log, as the control API gives them.
class TestAuditDesk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder.emplace();
        m_file = m_folder->filePath(QStringLiteral("audit.log")).toStdString();
        m_cluster.emplace(4, quorum::MachineTuning(), "desk");
        quorum::Epoch next = m_cluster->epoch();
        next.number = 1;
        next.managers.pop_back();
        m_cluster->submit("one item");
        m_cluster->submit("x"); // rejected
        m_cluster->submit(encodeEpoch(next), quorum::BatchKind::Membership);
        m_cluster->submit("after the change");
        Result<quorum::AuditLog> log = quorum::AuditLog::open(m_file, {"desk", m_cluster->epoch(), {}});
        QVERIFY(log.ok());
        for (quorum::Slot slot = 1; slot <= 3; ++slot) {
            QVERIFY(log->append(final(slot)).ok());
        }
        m_log.emplace(std::move(*log));
    }

    void slotsComeInPagesOldestFirst()
    {
        AuditDesk desk;
        const Result<AuditDesk::Slots> newest = read(desk, {0, 2, {}});
        QVERIFY2(newest.ok(), newest.ok() ? "" : newest.error().message.c_str());
        QCOMPARE(newest->size(), std::size_t(2));
        QCOMPARE(newest->front().slot, std::uint64_t(2));
        const Result<AuditDesk::Slots> older = read(desk, {2, 10, {}});
        QCOMPARE(older->size(), std::size_t(1));
        QCOMPARE(older->front().slot, std::uint64_t(1));
        QVERIFY(read(desk, {1, 10, {}})->empty());
    }

    void whatIsAppendedIsRead()
    {
        AuditDesk desk;
        QCOMPARE(read(desk, {})->size(), std::size_t(3));
        QVERIFY(m_log->append(final(4)).ok());
        QCOMPARE(read(desk, {})->size(), std::size_t(4));
    }

    void aSlotSaysWhoVotedAndWhatWasRefused()
    {
        AuditDesk desk;
        const Result<AuditDesk::Slots> all = read(desk, {});
        const QuorumSlotView &refused = all->at(1);
        QCOMPARE(refused.items, 1U);
        QCOMPARE(refused.accepted, 0U);
        QCOMPARE(refused.managers.size(), std::size_t(4));
        std::size_t voters = 0;
        for (const ManagerVoteView &manager : refused.managers) {
            voters += manager.voted ? 1 : 0;
            QCOMPARE(manager.reasons.size(), std::size_t(manager.voted ? 1 : 0));
        }
        QVERIFY(voters >= 3);
        QCOMPARE(refused.managers.front().manager, std::string("m1"));
        QCOMPARE(refused.commit.size(), std::size_t(64));
        QCOMPARE(all->at(2).change, std::string("membership"));
    }

    void textIsLookedForInEverySlot()
    {
        AuditDesk desk;
        const Result<AuditDesk::Slots> found = read(desk, {0, 10, "MEMBERSHIP"});
        QCOMPARE(found->size(), std::size_t(1));
        QCOMPARE(found->front().slot, std::uint64_t(3));
        QVERIFY(read(desk, {0, 10, "nothing like it"})->empty());
    }

    void aCheckSaysThatTheLogIsSound()
    {
        AuditDesk desk;
        QCOMPARE(desk.check(m_file, false).state, AuditState::Unchecked);
        QCOMPARE(desk.check(m_file, true).state, AuditState::Running);
        QTRY_COMPARE(desk.check(m_file, false).state, AuditState::Sound);
        QCOMPARE(desk.check(m_file, false).slots, std::uint64_t(3));
    }

    void aCheckNamesTheSlotThatWasChanged()
    {
        std::filesystem::resize_file(m_file, std::filesystem::file_size(m_file) - 3);
        AuditDesk desk;
        desk.check(m_file, true);
        QTRY_COMPARE(desk.check(m_file, false).state, AuditState::Torn);
        QCOMPARE(desk.check(m_file, false).slots, std::uint64_t(2));
        QVERIFY(!desk.check(m_file, false).sentence.empty());
    }

    void aMissingLogIsSaid()
    {
        AuditDesk desk;
        std::filesystem::remove(m_file);
        const Result<AuditDesk::Slots> none = read(desk, {});
        QVERIFY(!none.ok());
        QVERIFY(none.error().message.find("audit.log") != std::string::npos);
    }

private:
    quorum::Final final(quorum::Slot slot) const { return std::get<quorum::Final>(*m_cluster->finals[0].at(slot)); }

    Result<AuditDesk::Slots> read(AuditDesk &desk, const SlotQuery &query) const
    {
        std::promise<Result<AuditDesk::Slots>> promise;
        desk.readSlots(m_file, query,
                       [&promise](Result<AuditDesk::Slots> read) { promise.set_value(std::move(read)); });
        return promise.get_future().get();
    }

    std::optional<QTemporaryDir> m_folder;
    std::string m_file;
    std::optional<Cluster> m_cluster;
    std::optional<quorum::AuditLog> m_log;
};

QTEST_GUILESS_MAIN(TestAuditDesk)
#include "tst_audit_desk.moc"
