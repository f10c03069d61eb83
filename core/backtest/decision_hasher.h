// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/digest.h"
#include "runtime/kernel.h"

namespace coinswarm::backtest {

/// Hashes what a session decided: decisions, orders sent, fills, closed trades, in order. Two sessions with equal
/// hashes traded alike to the last bit.
class DecisionHasher
{
public:
    void onEffect(const engine::Effect &effect);
    /// SHA-256 in hexadecimal; starts afresh.
    std::string finish() { return journal::toHex(m_hasher.finish()); }
    std::uint64_t decisions() const { return m_decisions; }

private:
    journal::Hasher m_hasher;
    std::vector<std::byte> m_buffer;
    std::uint64_t m_decisions = 0;
};

} // namespace coinswarm::backtest
