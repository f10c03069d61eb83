// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "bus/mailbox.h"

#include <algorithm>
#include <bit>

namespace coinswarm::bus {

Mailbox::Mailbox(std::size_t capacity, std::function<void()> wake)
    : m_mask(std::bit_ceil(std::max<std::size_t>(capacity, 2)) - 1),
      m_cells(std::make_unique<Cell[]>(m_mask + 1)),
      m_wake(std::move(wake))
{
    for (std::size_t i = 0; i <= m_mask; ++i) {
        m_cells[i].turn.store(i, std::memory_order_relaxed);
    }
}

Mailbox::~Mailbox() = default;

bool Mailbox::offer(BusMessage &&message)
{
    if (m_closed.load(std::memory_order_relaxed)) {
        return false;
    }
    std::size_t position = m_tail.load(std::memory_order_relaxed);
    for (;;) {
        const std::size_t turn = m_cells[position & m_mask].turn.load(std::memory_order_acquire);
        if (turn == position) {
            if (m_tail.compare_exchange_weak(position, position + 1, std::memory_order_relaxed)) {
                break;
            }
        } else if (static_cast<std::ptrdiff_t>(turn - position) < 0) {
            return false;
        } else {
            position = m_tail.load(std::memory_order_relaxed);
        }
    }
    Cell &cell = m_cells[position & m_mask];
    cell.message = std::move(message);
    // Sequentially consistent, as is the owner's pair of accesses: either it sees the message or this sees it idle.
    cell.turn.store(position + 1, std::memory_order_seq_cst);
    if (m_idle.load(std::memory_order_seq_cst)) {
        wakeOwner();
    }
    return true;
}

BusMessage Mailbox::take()
{
    Cell &cell = m_cells[m_head & m_mask];
    if (cell.turn.load(std::memory_order_acquire) != m_head + 1) {
        m_idle.store(true, std::memory_order_seq_cst);
        if (!hasMessage()) {
            return {};
        }
        m_idle.store(false, std::memory_order_relaxed);
    }
    BusMessage message = std::move(cell.message);
    cell.turn.store(m_head + m_mask + 1, std::memory_order_release);
    ++m_head;
    return message;
}

bool Mailbox::wait(std::chrono::milliseconds timeout)
{
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_idle.store(true, std::memory_order_seq_cst);
        if (hasMessage()) {
            m_idle.store(false, std::memory_order_relaxed);
            return true;
        }
        if (isClosed() || m_change.wait_until(lock, deadline) == std::cv_status::timeout) {
            return hasMessage();
        }
    }
}

void Mailbox::close()
{
    m_closed.store(true, std::memory_order_release);
    m_idle.store(true, std::memory_order_seq_cst);
    wakeOwner();
}

bool Mailbox::hasMessage() const
{
    return m_cells[m_head & m_mask].turn.load(std::memory_order_seq_cst) == m_head + 1;
}

void Mailbox::wakeOwner()
{
    if (!m_idle.exchange(false, std::memory_order_seq_cst)) {
        return;
    }
    if (m_wake) {
        m_wake();
    }
    // Taken, so that an owner between its look and its sleep is not missed.
    {
        const std::lock_guard lock(m_mutex);
    }
    m_change.notify_one();
}

} // namespace coinswarm::bus
