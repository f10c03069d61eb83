// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What the journal costs, each figure beside what the machine gives without it, in the same run:
//   throughput  64-byte records appended by one thread, journaled by the other, closed and synced; plain write() of the
//               same bytes
//   append      what the producer pays for one record
//   commit      append 512 bytes, commit, wait until durable; plain write() + fdatasync into a preallocated file
//   verify      megabytes per second; SHA-256 alone over the same bytes

#include "performance/benchmark.h"

#include "journal/journal_verifier.h"
#include "journal/journal_writer.h"

#include <QtCore/QTemporaryDir>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

using namespace coinswarm;
using namespace coinswarm::bench;
using namespace coinswarm::journal;

namespace {

constexpr std::size_t kPayload = 64;

class Bench
{
public:
    Bench(std::filesystem::path root, bool quick) : m_root(std::move(root)), m_quick(quick) {}

    void throughput()
    {
        const std::uint64_t records = m_quick ? 1'000'000 : 10'000'000;
        const ByteBuffer payload(kPayload, std::byte{0x5A});
        auto writer = create("throughput", SyncPolicy::AtClose);
        const auto start = Clock::now();
        for (std::uint64_t i = 0; i < records; ++i)
            writer->append(1, Timestamp{static_cast<std::int64_t>(i)}, payload);
        take(writer->close());
        recordsPerSecond = static_cast<double>(records) / secondsSince(start);

        const std::uint64_t bytes = records * (kRecordHeaderBytes + kPayload);
        const ByteBuffer chunk(1 << 20, std::byte{0x5A});
        const int fd = openPreallocated("plain", bytes);
        const auto plainStart = Clock::now();
        for (std::uint64_t done = 0; done < bytes; done += chunk.size())
            check(::write(fd, chunk.data(), chunk.size()) == static_cast<ssize_t>(chunk.size()));
        check(::fdatasync(fd) == 0);
        plainRecordsPerSecond = static_cast<double>(records) / secondsSince(plainStart);
        ::close(fd);
    }

    void append()
    {
        constexpr int batch = 32;
        const ByteBuffer payload(kPayload, std::byte{0x5A});
        auto writer = create("append", SyncPolicy::EachGroup);
        std::vector<double> nanoseconds;
        for (int i = 0; i < (m_quick ? 2'000 : 20'000); ++i) {
            const auto start = Clock::now();
            for (int j = 0; j < batch; ++j)
                writer->append(1, Timestamp{i}, payload);
            nanoseconds.push_back(secondsSince(start) * 1e9 / batch);
            if (i % 64 == 0) // what a live engine does; also keeps the queue from filling up
                check(writer->waitDurable((writer->commit(), writer->lastSequence())).ok());
        }
        appendNs = percentiles(nanoseconds);
        take(writer->close());
    }

    void commit()
    {
        const int rounds = m_quick ? 500 : 5'000;
        const ByteBuffer payload(512 - kRecordHeaderBytes, std::byte{0x5A});
        auto writer = create("commit", SyncPolicy::EachGroup);
        const int fd = openPreallocated("plain-sync", std::uint64_t{512} * 5'000);
        std::vector<double> ours;
        std::vector<double> plain;
        for (int i = 0; i < rounds; ++i) { // taking turns, so that the disk's moods strike both
            auto start = Clock::now();
            const Sequence sequence = writer->append(1, Timestamp{i}, payload);
            writer->commit();
            check(writer->waitDurable(sequence).ok());
            ours.push_back(secondsSince(start) * 1e6);
            const ByteBuffer block(512, std::byte{0x5A});
            start = Clock::now();
            check(::write(fd, block.data(), block.size()) == 512 && ::fdatasync(fd) == 0);
            plain.push_back(secondsSince(start) * 1e6);
        }
        ::close(fd);
        commitUs = percentiles(ours);
        plainCommitUs = percentiles(plain);
        take(writer->close());
    }

    void verify()
    {
        auto start = Clock::now();
        const VerifyReport report = verifyJournal(m_root / "throughput");
        verifyMegabytesPerSecond = static_cast<double>(report.bytes) / 1e6 / secondsSince(start);
        check(report.status == JournalStatus::Sound);
        const ByteBuffer chunk(1 << 20);
        Hasher hasher;
        start = Clock::now();
        for (std::uint64_t done = 0; done < report.bytes; done += chunk.size())
            hasher.add(chunk);
        hasher.finish();
        shaMegabytesPerSecond = static_cast<double>(report.bytes) / 1e6 / secondsSince(start);
    }

    double recordsPerSecond = 0;
    double plainRecordsPerSecond = 0;
    Percentiles appendNs;
    Percentiles commitUs;
    Percentiles plainCommitUs;
    double verifyMegabytesPerSecond = 0;
    double shaMegabytesPerSecond = 0;

private:
    static void check(bool good)
    {
        if (!good)
            throw std::runtime_error(std::string("a step of the benchmark failed: ") + std::strerror(errno));
    }

    std::unique_ptr<JournalWriter> create(const char *name, SyncPolicy policy)
    {
        JournalOptions options;
        options.folder = m_root / name;
        options.sync = policy;
        options.reserveBytes = 0;
        return take(JournalWriter::create(std::move(options), take(JournalKey::generate()), {}));
    }

    int openPreallocated(const char *name, std::uint64_t bytes)
    {
        const int fd = ::open((m_root / name).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
        check(fd >= 0 && ::posix_fallocate(fd, 0, static_cast<off_t>(bytes)) == 0);
        return fd;
    }

    std::filesystem::path m_root;
    bool m_quick;
};

void print(const Bench &b, bool json)
{
    if (json) {
        std::printf("{\"benchmark\":\"journal\",\"record_bytes\":%zu,"
                    "\"records_per_second\":%.0f,\"baseline_write_records_per_second\":%.0f,\"ratio_to_write\":%.3f,"
                    "\"append_ns\":{\"p50\":%.1f,\"p99\":%.1f},"
                    "\"commit_us\":{\"p50\":%.1f,\"p99\":%.1f},\"baseline_fdatasync_us\":{\"p50\":%.1f,\"p99\":%.1f},"
                    "\"verify_mb_per_second\":%.0f,\"baseline_sha256_mb_per_second\":%.0f}\n",
                    kPayload, b.recordsPerSecond, b.plainRecordsPerSecond, b.recordsPerSecond / b.plainRecordsPerSecond,
                    b.appendNs.p50, b.appendNs.p99, b.commitUs.p50, b.commitUs.p99, b.plainCommitUs.p50,
                    b.plainCommitUs.p99, b.verifyMegabytesPerSecond, b.shaMegabytesPerSecond);
        return;
    }
    std::printf("records of %zu bytes     %8.2f M/s    plain write() of the same bytes %.2f M/s\n", kPayload,
                b.recordsPerSecond / 1e6, b.plainRecordsPerSecond / 1e6);
    std::printf("append                  P50 %.0f ns, P99 %.0f ns\n", b.appendNs.p50, b.appendNs.p99);
    std::printf(
        "append to durable       P50 %.1f us, P99 %.1f us    plain write() + fdatasync P50 %.1f us, P99 %.1f us\n",
        b.commitUs.p50, b.commitUs.p99, b.plainCommitUs.p50, b.plainCommitUs.p99);
    std::printf("verify                  %8.0f MB/s   SHA-256 alone %.0f MB/s\n", b.verifyMegabytesPerSecond,
                b.shaMegabytesPerSecond);
}

int measure(bool quick, bool json)
{
    const QTemporaryDir folder;
    Bench bench(folder.path().toStdString(), quick);
    bench.throughput();
    bench.append();
    bench.commit();
    bench.verify();
    print(bench, json);
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    return benchmarkMain("bench_journal", argc, argv, measure);
}
