// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What it costs to verify a memory's audit log of four managers, three votes and three receipts a slot, beside what the
// machine needs for the signatures alone, in the same run. Seconds are the processor's, not the wall's, so that other
// programs on the machine matter less; wall time is given for the run on all processors.

#include "memory/audit/audit_verifier.h"

#include "journal/signature_check.h"
#include "memory/audit/audit_record.h"
#include "performance/benchmark.h"
#include "support/memory_log_maker.h"

#include <QtCore/QTemporaryDir>

#include <ctime>
#include <fstream>

using namespace coinswarm;
using namespace coinswarm::bench;
using namespace coinswarm::journal;

namespace {

constexpr std::uint64_t kCheckpointEvery = 4'096;
constexpr int kSignatures = 6; ///< of a slot

double processorSeconds()
{
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Figures {
    std::uint64_t commits = 0;
    double perCore = 0; ///< commits a second
    double wall = 0; ///< the same on all processors
    double fromCheckpointSeconds = 0;
    double signatures = 0; ///< raw checks a second
    double openSsl = 0;
};

void makeLog(const std::filesystem::path &file, std::uint64_t commits)
{
    testing::MemoryLogMaker maker(4);
    std::ofstream out(file, std::ios::binary);
    const auto write = [&out](const ByteBuffer &bytes) {
        out.write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    };
    write(audit::auditHeader(maker.genesis()));
    for (std::uint64_t slot = 1; slot <= commits; ++slot) {
        write(audit::framed(maker.decide({quorum::BatchKind::Items, maker.items({maker.episode(slot)})})));
        if (slot % kCheckpointEvery == 0) {
            write(audit::framed(maker.checkpoint()));
        }
    }
}

template <class Check>
double checksPerSecond(int count, Check check)
{
    const JournalKey key = take(JournalKey::generate());
    const ByteBuffer message(220, std::byte{7});
    const Signature signature = take(key.sign(message));
    const double start = processorSeconds();
    for (int i = 0; i < count; ++i) {
        if (!check(key.publicKey(), message, signature)) {
            throw std::runtime_error("a good signature was refused");
        }
    }
    return count / (processorSeconds() - start);
}

audit::AuditReport verified(const std::filesystem::path &file, const audit::AuditOptions &options)
{
    const audit::AuditReport report = audit::verifyAudit(file, options);
    if (report.status != audit::AuditStatus::Sound) {
        throw std::runtime_error(report.sentence());
    }
    return report;
}

int measure(bool quick, bool json)
{
    const QTemporaryDir folder;
    const std::filesystem::path file = std::filesystem::path(folder.path().toStdString()) / "memory.csa";
    Figures f;
    f.commits = quick ? 5'000 : 20'480;
    makeLog(file, f.commits);

    f.signatures = checksPerSecond(quick ? 2'000 : 10'000, signatureHolds);
    f.openSsl = checksPerSecond(quick ? 2'000 : 10'000, signatureHoldsByOpenSsl);

    audit::AuditOptions options;
    options.threads = 1;
    double start = processorSeconds();
    verified(file, options);
    f.perCore = static_cast<double>(f.commits) / (processorSeconds() - start);

    options.threads = 0;
    const auto wall = Clock::now();
    verified(file, options);
    f.wall = static_cast<double>(f.commits) / secondsSince(wall);

    options.threads = 1;
    options.signatures = audit::SignatureScope::SinceCheckpoint;
    start = processorSeconds();
    verified(file, options);
    f.fromCheckpointSeconds = processorSeconds() - start;

    const double limit = f.signatures / kSignatures;
    const std::string library(signatureLibrary());
    if (json) {
        std::printf("{\"benchmark\":\"audit\",\"commits\":%llu,\"signatures_per_commit\":%d,\"library\":\"%s\","
                    "\"commits_per_second_per_core\":%.0f,\"baseline_signatures_per_second\":%.0f,"
                    "\"ratio_to_signatures_alone\":%.3f,\"openssl_signatures_per_second\":%.0f,"
                    "\"commits_per_second_all_cores\":%.0f,\"from_checkpoint_seconds\":%.3f}\n",
                    static_cast<unsigned long long>(f.commits), kSignatures, library.c_str(), f.perCore, f.signatures,
                    f.perCore / limit, f.openSsl, f.wall, f.fromCheckpointSeconds);
        return 0;
    }
    std::printf("verify, one processor   %8.0f commits/s   signatures alone, by %s: %.0f commits/s (%.0f checks/s)\n",
                f.perCore, library.c_str(), limit, f.signatures);
    std::printf("verify, all processors  %8.0f commits/s   by the clock on the wall\n", f.wall);
    std::printf("since the checkpoint    %8.2f s           of %llu commits\n", f.fromCheckpointSeconds,
                static_cast<unsigned long long>(f.commits));
    std::printf("OpenSSL                 %8.0f checks/s\n", f.openSsl);
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    return benchmarkMain("bench_audit", argc, argv, measure);
}
