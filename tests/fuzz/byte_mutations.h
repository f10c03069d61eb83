// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <utility>

/// Bytes bent, cut and spliced, the same way for the same state of `random`.
namespace coinswarm::test {

inline std::string mutatedBytes(std::string bytes, std::mt19937 &random)
{
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    const std::size_t changes = 1 + below(4);
    for (std::size_t i = 0; i < changes && !bytes.empty(); ++i) {
        const std::size_t at = below(bytes.size());
        switch (below(7)) {
        case 0:
            bytes[at] = static_cast<char>(random());
            break;
        case 1:
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
            break;
        case 2: // numbers at their ends: counts, sizes, enumerations
            bytes.replace(at, 1 + below(8), 1 + below(8), below(2) == 0 ? '\xFF' : '\0');
            break;
        case 3:
            bytes.erase(at, 1 + below(16));
            break;
        case 4:
            bytes.insert(at, bytes.substr(below(bytes.size()), 1 + below(64)));
            break;
        case 5:
            std::swap(bytes[at], bytes[below(bytes.size())]);
            break;
        default:
            bytes.resize(at);
            break;
        }
    }
    return bytes;
}

} // namespace coinswarm::test
