// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <coinswarm/bus.h>

#include <cstring>
#include <new>

namespace coinswarm {

// Key functions: type information and v-tables live in the SDK library alone.
Sink::~Sink() = default;
Subscription::~Subscription() = default;
Bus::~Bus() = default;
LogReader::~LogReader() = default;
DurableLog::~DurableLog() = default;

BusMessage::BusMessage(TopicName topic, MessageHeader header, std::span<const std::byte> payload, std::string replyTo)
{
    // Header and payload in one piece: a message costs one allocation.
    void *memory = ::operator new(sizeof(Content) + payload.size());
    m_content = new (memory) Content;
    m_content->size = payload.size();
    m_content->topic = std::move(topic);
    m_content->header = std::move(header);
    m_content->replyTo = std::move(replyTo);
    if (!payload.empty()) {
        std::memcpy(static_cast<std::byte *>(memory) + sizeof(Content), payload.data(), payload.size());
    }
}

void BusMessage::destroy(Content *content)
{
    content->~Content();
    ::operator delete(content);
}

} // namespace coinswarm
