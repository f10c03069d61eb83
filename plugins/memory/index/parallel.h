// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace coinswarm::index {

/// Calls `work` with 0 … count − 1, each once, from `threads` threads of which the caller is one. Returns when all is done.
/// What `work` does may not depend on the order.
template <class Work>
void forEach(std::size_t count, unsigned threads, const Work &work)
{
    // Starting a thread takes about as long as four pieces of the work that this is for.
    constexpr std::size_t kLeastEach = 8;
    std::atomic<std::size_t> next{0};
    const auto run = [&] {
        for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) {
            work(i);
        }
    };
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < std::min<std::size_t>(threads, count / kLeastEach); ++i) {
        others.emplace_back(run);
    }
    run();
}

} // namespace coinswarm::index
