// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/timestamp.h>

#include <chrono>

namespace coinswarm::runtime {

/// Session time for a market that is played: it runs `speed` times as fast as the monotone clock, stands still while
/// held, and knows no hurry when the speed is 0.
class PlayClock
{
public:
    using Wall = std::chrono::steady_clock::time_point;

    PlayClock(Timestamp start, double speed, Wall now) : m_session(start), m_wall(now), m_speed(speed) {}

    double speed() const { return m_speed; }
    bool asFastAsPossible() const { return m_speed == 0; }
    bool held() const { return m_held; }

    /// Session time at `now`. Without meaning when as fast as possible.
    Timestamp at(Wall now) const
    {
        if (m_held || m_speed == 0) {
            return m_session;
        }
        const double elapsed = static_cast<double>(std::chrono::nanoseconds(now - m_wall).count()) * m_speed;
        return m_session + Duration(static_cast<std::int64_t>(elapsed));
    }
    /// When session time will be `session`; never before `now`.
    Wall when(Timestamp session, Wall now) const
    {
        const Duration left = session - at(now);
        if (m_speed == 0 || left.count() <= 0) {
            return now;
        }
        return now + std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(left.count()) / m_speed));
    }

    void setSpeed(double speed, Wall now)
    {
        anchor(now);
        m_speed = speed;
    }
    void hold(bool held, Wall now)
    {
        if (held != m_held) {
            anchor(now);
            m_held = held;
        }
    }
    /// The session has got to `session` already, as after a stretch at full speed.
    void moveTo(Timestamp session, Wall now)
    {
        m_session = session;
        m_wall = now;
    }

private:
    void anchor(Wall now)
    {
        m_session = at(now);
        m_wall = now;
    }

    Timestamp m_session;
    Wall m_wall;
    double m_speed;
    bool m_held = false;
};

} // namespace coinswarm::runtime
