// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "backtest/replay.h"
#include "engine/record_codec.h"
#include "journal/journal_reader.h"
#include "journal/reserve.h"
#include "support/paper_session.h"
#include "support/venue_truth.h"

#include <QtCore/QProcess>
#include <QtTest/QtTest>

#include <csignal>
#include <cstring>
#include <sys/mount.h>
#include <sys/resource.h>

namespace coinswarm::test {

namespace {

std::vector<std::string> settings()
{
    std::vector<std::string> all = busySettings("0", "600");
    // So that the kill switch has something to cancel.
    all.push_back("orders.keep_protective_on_halt=false");
    return all;
}

void require(bool holds, const char *what)
{
    if (!holds) {
        throw std::runtime_error(what);
    }
}

/// A small disk of its own. Nothing if this process may not mount.
class MountedDisk
{
public:
    explicit MountedDisk(std::string place) : m_place(std::move(place))
    {
        m_mounted = ::mount("tmpfs", m_place.c_str(), "tmpfs", 0, "size=256m") == 0;
        m_problem = m_mounted ? "" : std::strerror(errno);
    }
    ~MountedDisk()
    {
        if (m_mounted) {
            ::umount2(m_place.c_str(), MNT_DETACH);
        }
    }
    MountedDisk(const MountedDisk &) = delete;
    MountedDisk &operator=(const MountedDisk &) = delete;

    bool mounted() const { return m_mounted; }
    const std::string &problem() const { return m_problem; }
    void setReadOnly(bool readOnly)
    {
        const unsigned long flags = MS_REMOUNT | (readOnly ? static_cast<unsigned long>(MS_RDONLY) : 0UL);
        require(::mount("tmpfs", m_place.c_str(), "tmpfs", flags, nullptr) == 0, "the disk cannot be remounted");
    }

private:
    std::string m_place;
    std::string m_problem;
    bool m_mounted = false;
};

/// In a process of its own, because the limit that stands for a full disk cannot be taken back.
void runOnADiskThatGetsFull(const std::string &folder)
{
    PaperSession session(folder, settings());
    take(session.start());
    const auto isWorkingStop = [](const Order &o) {
        return o.purpose == OrderPurpose::StopLoss && o.state == OrderState::Accepted;
    };
    require(waitFor([&] { return session.anyOrder(isWorkingStop) != nullptr; }, std::chrono::seconds(60)), "no stop");
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{65'536, 65'536};
    require(::setrlimit(RLIMIT_FSIZE, &limit) == 0, "the limit cannot be set");

    require(waitFor([&] { return session.seen.status.state == api::RunState::Failed; }), "it does not say failed");
    require(session.alerted("journal_failed"), "no alert");
    require(session.seen.status.stateReason.find("journal") != std::string::npos, "no sentence");
    require(waitFor([&] { return session.anyOrder(isWorkingStop) == nullptr; }), "the stop was not cancelled");
    const Result<api::SessionStatus> resumed = answer(session.engine->resume("ann"));
    require(!resumed.ok() && resumed.error().kind == ErrorKind::Refused, "it resumes without a journal");
    // A good stretch of market in which it would have liked to trade.
    const Timestamp then = session.status().now + std::chrono::minutes(30);
    require(waitFor([&] { return session.seen.status.now > then; }, std::chrono::seconds(60)), "the market stands");
}

} // namespace

class TestSessionDisk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void S1_aFullDiskHaltsAndStillCancels()
    {
        QTemporaryDir folder;
        QProcess child;
        child.setProcessChannelMode(QProcess::MergedChannels);
        child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--full-disk"), folder.path()});
        QVERIFY(child.waitForFinished(120'000));
        QVERIFY2(child.exitStatus() == QProcess::NormalExit && child.exitCode() == 0, child.readAll().constData());

        const std::string place = folder.path().toStdString() + "/data/sessions/paper";
        std::set<std::string> recorded;
        journal::JournalReader reader = take(journal::JournalReader::open(place + "/journal"));
        while (const std::optional<journal::RecordView> record = take(reader.next())) {
            if (engine::isEffectType(record->header.type)) {
                const engine::RecordedEffect effect = take(engine::decodeEffect(record->header.type, record->payload));
                if (const auto *submit = std::get_if<engine::SubmittedOrder>(&effect)) {
                    recorded.insert(submit->order.clientId);
                }
            }
        }
        const VenueTruth truth = readVenueTruth(place);
        QVERIFY(!truth.orders.empty());
        for (const auto &[client, times] : truth.orders) {
            QVERIFY2(recorded.contains(client), client.c_str()); // nothing was sent unrecorded
        }
        const journal::ReserveContent reserve = take(journal::readReserve(place + "/journal/reserve.csj"));
        QVERIFY(!reserve.records.empty()); // and the cancels were recorded

        // With room again the session goes on, says what was cancelled, and keeps its books.
        PaperSession session(folder.path().toStdString(), settings());
        take(session.start());
        QVERIFY(waitFor([&] { return session.alerted("reserve_recovered") && session.alerted("reconciled"); }));
        session.stop();
        const backtest::ReplayReport replayed = take(backtest::replayJournal(place + "/journal", {}));
        QVERIFY2(replayed.identical, replayed.difference.c_str());
    }

    void aReadOnlyDiskIsRefusedWithASentenceAndNothingIsLost()
    {
        QTemporaryDir folder;
        MountedDisk disk(folder.path().toStdString());
        if (!disk.mounted()) {
            qWarning("mount: %s", disk.problem().c_str());
            QSKIP("SKIPPED: only root may mount a disk; that a read-only one is refused was NOT tested");
        }
        PaperSession session(folder.path().toStdString(), settings());
        take(session.start());
        QVERIFY2(waitFor([&] { return session.seen.fills.size() > 1; }, std::chrono::seconds(60)),
                 session.story().c_str());
        take(answer(session.engine->setFeedPaused(true)));
        const std::vector<Position> before = take(answer(session.engine->snapshot())).positions;
        session.stop();

        disk.setReadOnly(true);
        const Result<void> refused = session.start();
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().kind, ErrorKind::Environment);
        const std::string &sentence = refused.error().message;
        QVERIFY2(sentence.find(folder.path().toStdString()) != std::string::npos, sentence.c_str());
        QVERIFY2(sentence.find("ead-only") != std::string::npos, sentence.c_str());

        disk.setReadOnly(false);
        session.settings[0] = "feed.speed=1";
        take(session.start());
        QVERIFY(waitFor([&] { return session.alerted("reconciled"); }));
        const std::vector<Position> after = take(answer(session.engine->snapshot())).positions;
        VenueTruth truth = readVenueTruth(session.folder + "/data/sessions/paper");
        QCOMPARE(after.size(), before.size());
        for (const Position &position : after) {
            const std::string &symbol = session.info.instruments[position.instrument.value - 1].symbol;
            QCOMPARE(position.quantity.raw, truth.positions[symbol]);
        }
        session.stop();
        const backtest::ReplayReport replayed =
            take(backtest::replayJournal(folder.path().toStdString() + "/data/sessions/paper/journal", {}));
        QVERIFY2(replayed.identical, replayed.difference.c_str());
    }
};

} // namespace coinswarm::test

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    if (argc == 3 && std::string_view(argv[1]) == "--full-disk") {
        try {
            coinswarm::test::runOnADiskThatGetsFull(argv[2]);
            return 0;
        } catch (const std::exception &error) {
            std::fputs(error.what(), stderr);
            return 1;
        }
    }
    coinswarm::test::TestSessionDisk test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_session_disk.moc"
