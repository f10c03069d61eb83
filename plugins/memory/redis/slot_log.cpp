// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "slot_log.h"

namespace coinswarm::redis {

SlotLog::SlotLog(const ContentsState &start, std::size_t mostChanges) : m_mostChanges(mostChanges), m_newest(start) {}

void SlotLog::push(LoggedSlot slot)
{
    const std::lock_guard lock(m_mutex);
    m_newest = slot.after;
    m_changes += slot.changes.size() + 1;
    m_slots.push_back(std::make_shared<const LoggedSlot>(std::move(slot)));
    ++m_position;
    while (m_changes > m_mostChanges) {
        m_changes -= m_slots.front()->changes.size() + 1;
        m_slots.pop_front();
    }
}

void SlotLog::reset(const ContentsState &state)
{
    const std::lock_guard lock(m_mutex);
    m_slots.clear();
    m_changes = 0;
    ++m_position;
    m_newest = state;
}

ContentsState SlotLog::newest() const
{
    const std::lock_guard lock(m_mutex);
    return m_newest;
}

std::uint64_t SlotLog::position() const
{
    const std::lock_guard lock(m_mutex);
    return m_position;
}

std::optional<SlotLog::Slots> SlotLog::from(const std::string &digest) const
{
    const std::lock_guard lock(m_mutex);
    // From the newest backwards: it is nearly always the last, and of equal contents the later ones need fewer steps.
    for (std::size_t i = m_slots.size(); i-- > 0;) {
        if (m_slots[i]->before.digest.text() == digest) {
            return tail(i);
        }
    }
    return std::nullopt;
}

std::optional<SlotLog::Slots> SlotLog::since(std::uint64_t position) const
{
    const std::lock_guard lock(m_mutex);
    const std::uint64_t missing = m_position - position;
    if (missing > m_slots.size()) {
        return std::nullopt;
    }
    return tail(m_slots.size() - missing);
}

SlotLog::Slots SlotLog::tail(std::size_t begin) const
{
    return {m_slots.begin() + static_cast<std::ptrdiff_t>(begin), m_slots.end()};
}

} // namespace coinswarm::redis
