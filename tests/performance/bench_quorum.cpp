// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// How long four managers take from a proposal to its final, folded commit, one at a time, and how many proposals they decide
// per second: embedded in one process, and as four processes over nats-server on this machine. Beside it, in the same run, what a
// signature, its check and a sync cost here.

#include "benchmark.h"

#include "memory/host/memory_host.h"
#include "support/episodes.h"

#if defined(COINSWARM_HAS_NATS)
#include "support/manager_cluster.h"
#endif

#include <QtCore/QSemaphore>
#include <QtCore/QTemporaryDir>

#include <fcntl.h>
#include <unistd.h>

using namespace coinswarm;
using namespace coinswarm::journal;
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

struct Figures {
    bench::Percentiles oneInFlight; ///< ms
    double perSecond = 0;
    double seconds = 0;
    double perSlot = 0;
    std::uint64_t refused = 0;
    std::uint64_t undecided = 0;
};

/// One proposal at a time, then a stream of bundles under one signature with a bounded number of them under way.
/// `host` submits; `counter` hears of it.
Figures run(MemoryHost &host, Counter &counter, const testing::EpisodeSource &source, int singles, double seconds)
{
    Figures figures;
    std::uint64_t next = 1;
    std::vector<double> latencies;
    for (int i = 0; i < singles; ++i) {
        std::vector<std::string> items = source.items(host.cluster(), {source.proposal(next++)});
        const auto start = bench::Clock::now();
        host.submit(std::move(items));
        counter.decided.acquire();
        latencies.push_back(bench::secondsSince(start) * 1e3);
    }
    std::sort(latencies.begin(), latencies.end());
    figures.oneInFlight = bench::percentiles(latencies);

    const auto bundle = [&] {
        std::vector<MemoryProposal> proposals;
        for (std::uint32_t k = 0; k < kMostBundled; ++k) {
            proposals.push_back(source.proposal(next++));
        }
        return source.items(host.cluster(), proposals);
    };
    // Made beforehand: this is about the managers, and an engine makes few.
    std::vector<std::vector<std::string>> ready(static_cast<std::size_t>(seconds * 250));
    for (std::vector<std::string> &items : ready) {
        items = bundle();
    }
    constexpr std::uint64_t window = 64 * kMostBundled;
    const std::uint64_t slotsBefore = counter.slotCount;
    std::uint64_t sent = 0;
    std::uint64_t done = 0;
    const auto start = bench::Clock::now();
    while (bench::secondsSince(start) < seconds) {
        while (sent - done < window) {
            const std::size_t place = sent / kMostBundled;
            host.submit(place < ready.size() ? std::move(ready[place]) : bundle());
            sent += kMostBundled;
        }
        counter.decided.acquire();
        ++done;
        while (counter.decided.tryAcquire()) {
            ++done;
        }
    }
    figures.seconds = bench::secondsSince(start);
    figures.perSecond = static_cast<double>(done) / figures.seconds;
    figures.perSlot =
        static_cast<double>(done) / static_cast<double>(std::max<std::uint64_t>(1, counter.slotCount - slotsBefore));
    counter.decided.acquire(static_cast<int>(sent - done));
    figures.refused = counter.refused;
    figures.undecided = counter.undecided;
    return figures;
}

void print(const char *name, const Figures &figures)
{
    std::printf("\"%s\": {\"one_in_flight_ms\": {\"p50\": %.3f, \"p99\": %.3f}, \"proposals_per_second\": %.0f, "
                "\"seconds\": %.1f, \"proposals_per_slot\": %.1f, \"refused\": %llu, \"undecided_rounds\": %llu}",
                name, figures.oneInFlight.p50, figures.oneInFlight.p99, figures.perSecond, figures.seconds,
                figures.perSlot, static_cast<unsigned long long>(figures.refused),
                static_cast<unsigned long long>(figures.undecided));
}

Figures measureEmbedded(const std::string &path, bool quick, double &checksPerSlot)
{
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
    Figures figures = run(*host, counter, source, quick ? 200 : 2'000, quick ? 3 : 60);
    checksPerSlot = static_cast<double>(host->status().signatureChecks) / static_cast<double>(counter.slotCount.load());
    return figures;
}

#if defined(COINSWARM_HAS_NATS)
Figures measureProcesses(int natsNodes, bool quick)
{
    test::ManagerCluster::Options wanted;
    wanted.natsNodes = natsNodes;
    const auto cluster = bench::take(test::ManagerCluster::start(std::move(wanted)));
    Counter counter;
    MemoryHostOptions options = cluster->follower();
    options.listener = &counter;
    const std::unique_ptr<MemoryHost> host = bench::take(MemoryHost::open(std::move(options)));
    return run(*host, counter, cluster->source(), quick ? 200 : 2'000, quick ? 3 : 60);
}
#endif

int measure(bool quick, bool)
{
    const QTemporaryDir folder;
    const std::string path = folder.path().toStdString();
    const Costs costs = measureCosts(path);
    double checks = 0;
    const Figures embedded = measureEmbedded(path, quick, checks);
    std::printf("{\"benchmark\": \"quorum\", \"sign_us\": %.1f, \"check_us\": %.1f, \"fdatasync_us\": %.1f, "
                "\"embedded_signature_checks_per_slot\": %.1f, ",
                costs.signUs, costs.checkUs, costs.syncUs, checks);
    print("embedded", embedded);
#if defined(COINSWARM_HAS_NATS)
    if (test::NatsCluster::isAvailable()) {
        std::printf(", ");
        print("four_processes_one_nats", measureProcesses(1, quick));
        std::printf(", ");
        print("four_processes_three_nats", measureProcesses(3, quick));
    }
#endif
    std::printf("}\n");
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    return bench::benchmarkMain("bench_quorum", argc, argv, measure);
}
