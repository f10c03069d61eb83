// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/bus.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

namespace coinswarm::bus {

/// A bounded queue of messages from any threads to the one that owns it. Pushing and taking take no lock.
///
/// A full mailbox refuses; the bus counts that. Whoever owns it waits in wait(), or in an event loop of its own that
/// `wake` prods.
class Mailbox final : public Sink
{
public:
    /// `capacity` is rounded up to a power of two. `wake` is called in the thread that offers, once after the owner has
    /// found the mailbox empty; it must not block, nor call the bus.
    explicit Mailbox(std::size_t capacity, std::function<void()> wake = {});
    ~Mailbox() override;

    bool offer(BusMessage &&message) override;

    /// The oldest message; an empty one if there is none. Owner.
    BusMessage take();
    /// Waits until there is a message or the mailbox is closed; whether there is a message. Owner.
    bool wait(std::chrono::milliseconds timeout);
    /// Refuses everything from now on and ends wait(). What is in it can still be taken. Any thread.
    void close();
    bool isClosed() const { return m_closed.load(std::memory_order_acquire); }
    std::size_t capacity() const { return m_mask + 1; }

private:
    // A cell at position p is free for the message of turn p, and holds it at turn p + 1 (D. Vyukov's bounded queue).
    struct Cell {
        std::atomic<std::size_t> turn;
        BusMessage message;
    };
    bool hasMessage() const;
    void wakeOwner();

    const std::size_t m_mask;
    const std::unique_ptr<Cell[]> m_cells;
    const std::function<void()> m_wake;
    alignas(64) std::atomic<std::size_t> m_tail = 0;
    alignas(64) std::size_t m_head = 0;
    alignas(64) std::atomic<bool> m_idle = true; ///< the owner has found nothing and wants to be woken
    std::atomic<bool> m_closed = false;
    std::mutex m_mutex;
    std::condition_variable m_change;
};

} // namespace coinswarm::bus
