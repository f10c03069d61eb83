// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtCore/QRandomGenerator>

#include <algorithm>
#include <chrono>

namespace coinswarm::redis {

/// Pauses before further attempts: each twice as long as the one before, up to a limit, and varied by a quarter, because
/// otherwise all clients of a server that was restarted would come back in the same moment.
class Backoff
{
public:
    Backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest) : m_first(first), m_longest(longest) {}

    std::chrono::milliseconds next()
    {
        const std::int64_t pause = std::min(m_first.count() << std::min(m_attempts, 20), m_longest.count());
        ++m_attempts;
        return std::chrono::milliseconds(pause * 3 / 4
                                         + QRandomGenerator::global()->bounded(static_cast<qint64>(pause / 2 + 1)));
    }
    void reset() { m_attempts = 0; }

private:
    std::chrono::milliseconds m_first;
    std::chrono::milliseconds m_longest;
    int m_attempts = 0;
};

} // namespace coinswarm::redis
