// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "supervision/audit_desk.h"

#include "memory/audit/audit_log.h"
#include "supervision/audit_index.h"
#include "unit/quorum_cluster.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <filesystem>
#include <future>

using namespace coinswarm;
using namespace coinswarm::api;
using namespace coinswarm::supervision;
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
        m_cluster->submit(m_cluster->approved(next), quorum::BatchKind::Membership);
        m_cluster->submit("after the change");
        Result<audit::AuditLog> log = audit::AuditLog::open(m_file, {"desk", m_cluster->epoch(), {}});
        QVERIFY(log.ok());
        for (quorum::Slot slot = 1; slot <= 3; ++slot) {
            QVERIFY(log->append(final(slot)).ok());
        }
        m_log.emplace(std::move(*log));
    }

    void slotsComeInPagesOldestFirst()
    {
        AuditDesk desk;
        const Result<SlotPage> newest = read(desk, {0, 2, {}});
        QVERIFY2(newest.ok(), newest.ok() ? "" : newest.error().message.c_str());
        QCOMPARE(numbers(*newest), (QList<std::uint64_t>{2, 3}));
        QCOMPARE(newest->known, 1.0);
        QCOMPARE(newest->total, std::uint64_t(3));
        QCOMPARE(newest->lookedFrom, std::uint64_t(2));
        const Result<SlotPage> older = read(desk, {newest->lookedFrom, 10, {}});
        QCOMPARE(numbers(*older), (QList<std::uint64_t>{1}));
        QCOMPARE(older->lookedFrom, std::uint64_t(1));
        QVERIFY(read(desk, {1, 10, {}})->slots.empty());
    }

    void whatIsAppendedIsRead()
    {
        AuditDesk desk;
        QCOMPARE(read(desk, {})->slots.size(), std::size_t(3));
        QVERIFY(m_log->append(final(4)).ok());
        QCOMPARE(read(desk, {})->slots.size(), std::size_t(4));
    }

    void aSlotSaysWhoVotedAndWhatWasRefused()
    {
        AuditDesk desk;
        const Result<SlotPage> all = read(desk, {});
        const QuorumSlotView &refused = all->slots.at(1);
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
        QCOMPARE(all->slots.at(2).change, std::string("membership"));
    }

    void slotsAreSearched_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QList<std::uint64_t>>("found");
        const auto row = [](const char *text, const QList<std::uint64_t> &found) {
            QTest::newRow(text) << text << found;
        };
        row("MEMBERSHIP", {3});
        row("kind:membership", {3});
        row("slot:2", {2});
        row("slot:2-3", {2, 3});
        row("slot:2-", {2, 3});
        row("slot:x", {});
        row("slot:0-1", {1});
        row("slot:3- slot:-2", {});
        row("slot:2-3 slot:1-2", {2});
        row("slot:90-99", {});
        row("rejected", {2});
        row("rejected slot:1", {});
        row("round:0", {1, 2, 3});
        row("silent:m9", {});
        row("kind:", {1, 2, 3});
        row("nothing like it", {});
    }

    void slotsAreSearched()
    {
        QFETCH(const QString, text);
        QFETCH(const QList<std::uint64_t>, found);
        AuditDesk desk;
        const Result<SlotPage> page = read(desk, {0, 10, text.toStdString()});
        QVERIFY(page.ok());
        QCOMPARE(numbers(*page), found);
        QCOMPARE(page->lookedFrom, std::uint64_t(1));
    }

    void aSearchGoesOnWhereItStopped()
    {
        AuditDesk desk;
        const Result<SlotPage> one = read(desk, {0, 1, "round:0"});
        QCOMPARE(numbers(*one), (QList<std::uint64_t>{3}));
        const Result<SlotPage> two = read(desk, {one->lookedFrom, 1, "round:0"});
        QCOMPARE(numbers(*two), (QList<std::uint64_t>{2}));
    }

    void aLongLogIsGoneThroughInTurns()
    {
        constexpr quorum::Slot kSlots = 100;
        QVERIFY(m_log->append(final(4)).ok());
        for (quorum::Slot slot = 5; slot <= kSlots; ++slot) {
            m_cluster->submit("item " + std::to_string(slot));
            QVERIFY(m_cluster->finals[0].count(slot) > 0);
            QVERIFY(m_log->append(final(slot)).ok());
        }
        Result<AuditIndex> index = AuditIndex::open(m_file);
        QVERIFY(index.ok());
        int turns = 0;
        double before = 0;
        while (index->known() < 1) {
            QVERIFY(index->follow({}).ok()); // its time is up at once
            QVERIFY(index->known() > before);
            before = index->known();
            ++turns;
        }
        QVERIFY2(turns >= 3, qPrintable(QString::number(turns)));
        QCOMPARE(index->slots(), std::uint64_t(kSlots));
        std::uint64_t next = 1;
        QVERIFY(index->read(1, kSlots, [&](const QuorumSlotView &slot) { QCOMPARE(slot.slot, next++); }).ok());
        QCOMPARE(next, std::uint64_t(kSlots + 1));
    }

    void silenceIsFound()
    {
        AuditDesk desk;
        const Result<SlotPage> all = read(desk, {});
        for (const QuorumSlotView &slot : all->slots) {
            for (const ManagerVoteView &manager : slot.managers) {
                const QList<std::uint64_t> silent = numbers(*read(desk, {0, 10, "silent:" + manager.manager}));
                QCOMPARE(silent.contains(slot.slot), !manager.voted);
            }
        }
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
        const Result<SlotPage> none = read(desk, {});
        QVERIFY(!none.ok());
        QVERIFY(none.error().message.find("audit.log") != std::string::npos);
    }

private:
    quorum::Final final(quorum::Slot slot) const { return std::get<quorum::Final>(*m_cluster->finals[0].at(slot)); }

    static QList<std::uint64_t> numbers(const SlotPage &page)
    {
        QList<std::uint64_t> all;
        for (const QuorumSlotView &slot : page.slots) {
            all.append(slot.slot);
        }
        return all;
    }

    Result<SlotPage> read(AuditDesk &desk, const SlotQuery &query) const
    {
        std::promise<Result<SlotPage>> promise;
        desk.readSlots(m_file, query, [&promise](Result<SlotPage> read) { promise.set_value(std::move(read)); });
        return promise.get_future().get();
    }

    std::optional<QTemporaryDir> m_folder;
    std::string m_file;
    std::optional<Cluster> m_cluster;
    std::optional<audit::AuditLog> m_log;
};

QTEST_GUILESS_MAIN(TestAuditDesk)
#include "tst_audit_desk.moc"
