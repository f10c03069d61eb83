// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "redis/redis_connection.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace coinswarm::redis {

struct RedisHealth {
    bool answers = false;
    std::string trouble; ///< why it does not answer, and what to do
    std::chrono::microseconds roundTrip{0}; ///< of a PING
    int open = 0; ///< connections to the server
    int inUse = 0; ///< of them
};

/// Up to `connections` connections to one server, opened when they are needed and used again.
///
/// Thread: any; each connection belongs to one borrower at a time.
class RedisPool
{
public:
    explicit RedisPool(RedisSettings settings);
    ~RedisPool();
    RedisPool(const RedisPool &) = delete;
    RedisPool &operator=(const RedisPool &) = delete;

    /// A borrowed connection; goes back when it is destroyed, and is thrown away if it is broken or owes a reply.
    class Lease
    {
    public:
        Lease(RedisPool &pool, std::unique_ptr<RedisConnection> connection);
        Lease(Lease &&) = default;
        Lease &operator=(Lease &&) = delete;
        ~Lease();
        RedisConnection &operator*() const { return *m_connection; }
        RedisConnection *operator->() const { return m_connection.get(); }

    private:
        RedisPool *m_pool;
        std::unique_ptr<RedisConnection> m_connection;
    };

    /// Waits at most commandTimeout if all are in use. Unavailable then, and as RedisConnection::open().
    Result<Lease> lease();
    /// Calls `work` with a connection; while it fails because the server is away, up to `attempts` times with growing
    /// pauses. `work` may thus have been carried out before: it must be such that doing it again changes nothing.
    Result<void> run(const std::function<Result<void>(RedisConnection &)> &work);
    /// Asks the server now.
    RedisHealth health();
    /// Breaks all connections and ends all waiting; everything fails from now on. For the end.
    void interrupt();

    const RedisSettings &settings() const { return m_settings; }

private:
    void giveBack(std::unique_ptr<RedisConnection> connection);
    Error ended() const;

    RedisSettings m_settings;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<std::unique_ptr<RedisConnection>> m_idle;
    std::vector<RedisConnection *> m_borrowed;
    int m_opening = 0;
    bool m_ended = false;
};

} // namespace coinswarm::redis
