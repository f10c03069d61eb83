// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/host/outbox.h"

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "journal/posix_disk.h"

#include <fstream>
#include <iterator>

namespace coinswarm::memory {

namespace {

/// A file of so many proposals is written seldom: it is all of it every time.
constexpr std::size_t kLong = 1'000;
constexpr std::chrono::seconds kSeldom{10};
constexpr std::chrono::seconds kIdle{1};

} // namespace

Outbox::Outbox(std::filesystem::path file, std::chrono::milliseconds again) : m_file(std::move(file)), m_again(again) {}

std::vector<std::string> Outbox::stored() const
{
    std::ifstream in(m_file, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    Result<std::vector<std::string>> items =
        codec::decoded<std::vector<std::string>>(std::as_bytes(std::span(content)));
    return items ? std::move(*items) : std::vector<std::string>();
}

bool Outbox::put(const journal::Digest &id, std::string item, Clock::time_point now)
{
    const bool hasRoom = m_waiting.size() < kUnderWay;
    const bool isNew =
        m_waiting.try_emplace(id, Waiting{std::move(item), now, hasRoom ? now : Clock::time_point()}).second;
    m_changed = m_changed || isNew;
    return hasRoom;
}

void Outbox::remove(const journal::Digest &id)
{
    m_changed = m_waiting.erase(id) > 0 || m_changed;
}

std::vector<std::string> Outbox::due(Clock::time_point now)
{
    std::vector<std::string> items;
    if (now - m_asked < m_again / 4) {
        return items;
    }
    m_asked = now;
    if (m_waiting.size() < kLong || now - m_saved >= kSeldom) {
        m_saved = now;
        save();
    }
    auto entry = m_waiting.upper_bound(m_lastSent);
    for (std::size_t looked = 0; looked < m_waiting.size() && items.size() < kUnderWay / 4; ++looked, ++entry) {
        if (entry == m_waiting.end()) {
            entry = m_waiting.begin();
        }
        if (now - entry->second.last >= m_again) {
            entry->second.last = now;
            m_lastSent = entry->first;
            items.push_back(entry->second.item);
        }
    }
    return items;
}

Outbox::Clock::time_point Outbox::nextDue(Clock::time_point now) const
{
    return now + (m_waiting.empty() ? std::chrono::milliseconds(kIdle) : m_again / 4);
}

void Outbox::save()
{
    if (!m_changed) {
        return;
    }
    std::vector<std::string> items;
    for (const auto &[id, waiting] : m_waiting) {
        items.push_back(waiting.item);
    }
    const journal::ByteBuffer bytes = codec::encoded(items);
    const journal::ByteView whole = bytes;
    std::filesystem::path temporary = m_file;
    temporary += ".tmp";
    std::error_code failure;
    std::filesystem::remove(temporary, failure);
    if (journal::PosixDisk().create(temporary, {&whole, 1})) {
        std::filesystem::rename(temporary, m_file, failure);
        m_changed = bool(failure);
    }
}

} // namespace coinswarm::memory
