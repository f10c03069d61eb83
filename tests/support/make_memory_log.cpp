// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// usage: make_memory_log FOLDER      Writes memory.csa and genesis there: a memory of eight slots, for tests of programs.

#include "support/memory_log_maker.h"

#include <cstdio>
#include <fstream>

using namespace coinswarm;
using namespace coinswarm::journal;

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fputs("usage: make_memory_log FOLDER\n", stderr);
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    testing::MemoryLogMaker maker(4);
    std::ofstream log(folder / "memory.csa", std::ios::binary);
    std::ofstream(folder / "genesis") << maker.genesis().text();
    const auto write = [&log](const ByteBuffer &bytes) {
        log.write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    };
    const auto decide = [&](std::vector<memory::ProposalBody> bodies) {
        write(audit::framed(maker.decide({quorum::BatchKind::Items, maker.items(bodies)})));
    };
    write(audit::auditHeader(maker.genesis()));
    for (std::uint64_t number = 1; number <= 9; number += 3) {
        decide({maker.episode(number), maker.episode(number + 1), maker.episode(number + 2)});
    }
    decide({maker.episode(1), memory::BenchAgent{"trend", true}}); // the first is known already
    decide({memory::UpdatePattern{PatternId(), {EpisodeId(1)}}, memory::PromotePattern{PatternId(1)}});
    write(audit::framed(maker.checkpoint()));
    write(audit::framed(maker.decide({quorum::BatchKind::Items, {"no proposal"}})));
    quorum::Epoch next = maker.genesis().epoch;
    next.number = 1;
    next.managers.pop_back();
    write(audit::framed(maker.decide({quorum::BatchKind::Membership, {quorum::encodeChange({next, {}})}})));
    decide({maker.episode(10)});
    return log.flush() ? 0 : 3;
}
