// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// How long four embedded managers take from a proposal to its final, folded commit, one at a time; and how many proposals
// they decide per second. Beside it, in the same run, what a signature, its check and a sync cost here.

#include "benchmark.h"

#include "memory/host/memory_host.h"
#include "support/episodes.h"

#include <QtCore/QSemaphore>
#include <QtCore/QTemporaryDir>

#include <fcntl.h>
#include <unistd.h>

using namespace coinswarm;
using namespace coinswarm::memory;

namespace {

/// Counts what was decided, and lets others wait for it.
class Counter final : public MemoryListener
{
public:
    void onRestored(quorum::Slot, const MemoryState &) override {}
    void onFinal(const FinalReport &report) override
    {
        ++slotCount;
        episodes += report.changes.added.size();
    }
    void onOutcome(const ProposalOutcome &outcome) override
    {
        refused += outcome.reasons.empty() ? 0 : 1;
        decided.release();
    }
    void onUndecided(quorum::Slot, quorum::Round) override { ++undecided; }
    void onAccused(const quorum::Evidence &, const std::filesystem::path &) override {}
    void onHalted(const std::string &reason) override { std::fprintf(stderr, "halted: %s\n", reason.c_str()); }

    std::atomic<std::uint64_t> slotCount = 0;
    std::atomic<std::uint64_t> episodes = 0;
    std::atomic<std::uint64_t> refused = 0;
    std::atomic<std::uint64_t> undecided = 0;
    QSemaphore decided;
};

struct Costs {
    double signUs = 0;
    double checkUs = 0;
    double syncUs = 0;
};

Costs measureCosts(const std::string &folder)
{
    const quorum::Ed25519Crypto crypto(bench::take(JournalKey::generate()));
    ByteBuffer message(200);
    std::vector<double> sign;
    std::vector<double> check;
    for (int i = 0; i < 300; ++i) {
        message[0] = static_cast<std::byte>(i);
        auto start = bench::Clock::now();
        const Signature signature = bench::take(crypto.sign(message));
        sign.push_back(bench::secondsSince(start) * 1e6);
        start = bench::Clock::now();
        if (!crypto.holds(crypto.publicKey(), message, signature)) {
            throw std::runtime_error("a signature does not hold");
        }
        check.push_back(bench::secondsSince(start) * 1e6);
    }
    std::vector<double> sync;
    const int fd = ::open((folder + "/sync").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const std::vector<char> block(512);
    for (int i = 0; i < 200 && fd >= 0; ++i) {
        const auto start = bench::Clock::now();
        if (::write(fd, block.data(), block.size()) < 0 || ::fdatasync(fd) != 0) {
            throw std::runtime_error("the disk cannot be written");
        }
        sync.push_back(bench::secondsSince(start) * 1e6);
    }
    ::close(fd);
    return {bench::percentiles(sign).p50, bench::percentiles(check).p50, bench::percentiles(sync).p50};
}

int measure(bool quick, bool)
{
    const QTemporaryDir folder;
    const std::string path = folder.path().toStdString();
    const Costs costs = measureCosts(path);

    const testing::EpisodeSource source(bench::take(JournalKey::generate()));
    MemoryHostOptions options;
    options.folder = path + "/memory";
    options.genesis.name = "bench";
    options.genesis.engines = {{source.key(), "engine"}};
    for (int i = 0; i < 4; ++i) {
        options.keys.push_back(bench::take(JournalKey::generate()));
        options.genesis.epoch.managers.push_back(options.keys.back().publicKey());
    }
    Counter counter;
    options.listener = &counter;
    const std::unique_ptr<MemoryHost> host = bench::take(MemoryHost::open(std::move(options)));

    std::uint64_t next = 1;
    std::vector<double> latencies;
    const std::uint64_t checksBefore = host->status().signatureChecks;
    const int singles = quick ? 200 : 2'000;
    for (int i = 0; i < singles; ++i) {
        const auto start = bench::Clock::now();
        host->submit(source.items(host->cluster(), {source.proposal(next++)}));
        counter.decided.acquire();
        latencies.push_back(bench::secondsSince(start) * 1e3);
    }
    const double checks = static_cast<double>(host->status().signatureChecks - checksBefore) / singles;
    std::sort(latencies.begin(), latencies.end());
    const bench::Percentiles latency = bench::percentiles(latencies);

    // A stream: bundles of 64 under one signature, a bounded number of them under way.
    const double seconds = quick ? 3 : 60;
    constexpr int window = 64;
    std::uint64_t sent = 0;
    std::uint64_t done = 0;
    std::vector<std::vector<std::string>> ready;
    for (int i = 0; i < 400; ++i) { // made beforehand: an engine makes few, this is about the managers
        std::vector<MemoryProposal> proposals;
        for (std::uint32_t k = 0; k < kMostBundled; ++k) {
            proposals.push_back(source.proposal(next++));
        }
        ready.push_back(source.items(host->cluster(), proposals));
    }
    const std::uint64_t slotsBefore = counter.slotCount;
    const auto start = bench::Clock::now();
    while (bench::secondsSince(start) < seconds) {
        while (sent - done < window * kMostBundled) {
            if (sent / kMostBundled < ready.size()) {
                host->submit(std::move(ready[sent / kMostBundled]));
            } else {
                std::vector<MemoryProposal> proposals;
                for (std::uint32_t k = 0; k < kMostBundled; ++k) {
                    proposals.push_back(source.proposal(next++));
                }
                host->submit(source.items(host->cluster(), proposals));
            }
            sent += kMostBundled;
        }
        counter.decided.acquire();
        ++done;
        while (counter.decided.tryAcquire()) {
            ++done;
        }
    }
    const double elapsed = bench::secondsSince(start);
    const double rate = static_cast<double>(done) / elapsed;
    const double perSlot =
        static_cast<double>(done) / static_cast<double>(std::max<std::uint64_t>(1, counter.slotCount - slotsBefore));
    std::printf("{\"benchmark\": \"quorum\", \"embedded_one_in_flight_ms\": {\"p50\": %.3f, \"p99\": %.3f}, "
                "\"signature_checks_per_slot\": %.1f, \"sign_us\": %.1f, \"check_us\": %.1f, \"fdatasync_us\": %.1f, "
                "\"proposals_per_second\": %.0f, \"seconds\": %.1f, \"proposals_per_slot\": %.1f, \"refused\": %llu, "
                "\"undecided_rounds\": %llu}\n",
                latency.p50, latency.p99, checks, costs.signUs, costs.checkUs, costs.syncUs, rate, elapsed, perSlot,
                static_cast<unsigned long long>(counter.refused.load()),
                static_cast<unsigned long long>(counter.undecided.load()));
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    return bench::benchmarkMain("bench_quorum", argc, argv, measure);
}
