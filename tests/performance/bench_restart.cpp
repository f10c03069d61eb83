// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// How long a session that was killed takes until it answers again, on its longest way: killed when its last journal
// segment was nearly full. Measured twice, because the first restart begins a new segment and the second has no tail to
// replay. Beside it, in the same run:
//   read        the records since the last snapshot, checked and decoded by nobody
//   from start  the simulated market played from its first event to where the session stood, as a restart without the
//               feed's checkpoint would have to
// The session runs in a process of its own, as fast as its agents answer, and kills itself.

#include "performance/benchmark.h"

#include "engine/record_codec.h"
#include "journal/journal_folder.h"
#include "journal/journal_reader.h"
#include "support/paper_session.h"

#include <coinswarm/plugin.h>

#include <QtCore/QProcess>

#include <csignal>
#include <cstdio>
#include <unistd.h>

namespace coinswarm::test {

namespace {

using bench::Clock;
using bench::secondsSince;

std::vector<std::string> settings(bool quick)
{
    std::vector<std::string> all = busySettings();
    if (quick) {
        all.push_back("journal.segment_mebibytes=8");
    }
    return all;
}

std::string journalOf(const std::string &folder)
{
    return folder + "/data/sessions/paper/journal";
}

std::uint32_t lastSegment(const std::string &folder)
{
    return take(journal::listJournal(journalOf(folder))).segments.back().number;
}

/// Runs until `records` are written and the last segment is as full as the one before it was, then dies.
int runVictim(const std::string &folder, std::uint64_t records, bool quick)
{
    PaperSession session(folder, settings(quick));
    take(session.start());
    std::uint32_t segment = 1;
    std::uint64_t began = 0;
    std::uint64_t length = 0;
    waitFor(
        [&] {
            const std::uint64_t now = session.status().journalSequence;
            if (const std::uint32_t last = lastSegment(folder); last != segment) {
                segment = last;
                length = now - began;
                began = now;
            }
            return now >= records && length > 0 && now - began >= length / 100 * 97;
        },
        std::chrono::hours(1));
    ::kill(::getpid(), SIGKILL);
    return 1;
}

struct Restart {
    double seconds = 0; ///< until status answered
    std::uint64_t tail = 0; ///< records behind the last snapshot
    double readSeconds = 0;
};

Restart restart(PaperSession &session)
{
    Restart measured;
    const auto readStart = Clock::now();
    journal::JournalReader reader = take(journal::JournalReader::openAtLastSnapshot(journalOf(session.folder)));
    while (take(reader.next()).has_value()) {
        ++measured.tail;
    }
    measured.readSeconds = secondsSince(readStart);
    const auto start = Clock::now();
    take(session.start());
    session.status();
    measured.seconds = secondsSince(start);
    return measured;
}

/// What seek() without a checkpoint costs.
double playFromStart(Timestamp until)
{
    const BusyMarket market;
    const auto start = Clock::now();
    take(market.feed->seek(until));
    return secondsSince(start);
}

std::uint64_t bytesOf(const std::string &folder)
{
    std::uint64_t bytes = 0;
    for (const journal::SegmentFile &segment : take(journal::listJournal(journalOf(folder))).segments) {
        bytes += std::filesystem::file_size(segment.path);
    }
    return bytes;
}

int measure(bool quick, bool json)
{
    const QTemporaryDir temporary;
    const std::string folder = temporary.path().toStdString();
    QProcess victim;
    victim.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    victim.start(QCoreApplication::applicationFilePath(),
                 {QStringLiteral("--victim"), QString::fromStdString(folder),
                  quick ? QStringLiteral("300000") : QStringLiteral("12000000"),
                  quick ? QStringLiteral("quick") : QStringLiteral("long")});
    if (!victim.waitForFinished(-1) || victim.exitStatus() != QProcess::CrashExit) {
        throw std::runtime_error("the session that was to be killed ended by itself");
    }
    const double megabytes = static_cast<double>(bytesOf(folder)) / 1e6;
    PaperSession session(folder, settings(quick));
    session.settings[0] = "feed.speed=1";
    const Restart first = restart(session);
    const api::SessionStatus status = session.status();
    session.stop();
    const Restart second = restart(session);
    session.stop();
    const double fromStart = playFromStart(status.now);
    if (json) {
        std::printf("{\"benchmark\":\"restart\",\"records\":%llu,\"journal_mb\":%.0f,\"records_since_snapshot\":%llu,"
                    "\"restart_seconds\":%.3f,\"restart_seconds_behind_snapshot\":%.3f,\"baseline_read_seconds\":%.3f,"
                    "\"baseline_market_from_start_seconds\":%.3f}\n",
                    static_cast<unsigned long long>(status.journalSequence), megabytes,
                    static_cast<unsigned long long>(first.tail), first.seconds, second.seconds, first.readSeconds,
                    fromStart);
    } else {
        std::printf("killed after %llu records, %.0f MB, %llu of them behind the last snapshot\n"
                    "restart until status answers               %.3f s    the same records, read only %.3f s\n"
                    "restart right behind a snapshot            %.3f s\n"
                    "market from its start, without checkpoint  %.3f s\n",
                    static_cast<unsigned long long>(status.journalSequence), megabytes,
                    static_cast<unsigned long long>(first.tail), first.seconds, first.readSeconds, second.seconds,
                    fromStart);
    }
    return 0;
}

} // namespace

/// The process that is killed: bench_restart --victim FOLDER RECORDS quick|long.
int victim(char **argv)
{
    return runVictim(argv[2], std::strtoull(argv[3], nullptr, 10), std::string_view(argv[4]) == "quick");
}

} // namespace coinswarm::test

int main(int argc, char **argv)
{
    using namespace coinswarm;
    if (argc == 5 && std::string_view(argv[1]) == "--victim") {
        argc = 1; // The benchmark's own options end here.
        return bench::benchmarkMain("bench_restart", argc, argv, [argv](bool, bool) { return test::victim(argv); });
    }
    return bench::benchmarkMain("bench_restart", argc, argv, test::measure);
}
