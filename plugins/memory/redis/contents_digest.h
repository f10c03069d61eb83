// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace coinswarm::redis {

/// A digest of a set of episodes that can be kept up with single changes: the sum of the SHA-256 of each, as four numbers
/// of 64 bits that overflow. It tells different contents apart; it does not stand up to a forger.
class ContentsDigest
{
public:
    void add(std::string_view itemBytes);
    void remove(std::string_view itemBytes);
    /// 64 hexadecimal digits, all 0 for nothing: each number with its highest digit first.
    std::string text() const;

    bool operator==(const ContentsDigest &) const = default;

private:
    std::array<std::uint64_t, 4> m_sum{};
};

/// What a memory holds, without holding it.
struct ContentsState {
    std::uint64_t slot = 0;
    std::uint64_t episodes = 0;
    ContentsDigest digest;

    bool operator==(const ContentsState &) const = default;
};

} // namespace coinswarm::redis
