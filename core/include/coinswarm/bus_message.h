// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/export.h>
#include <coinswarm/timestamp.h>
#include <coinswarm/topic.h>

#include <QtCore/QAtomicInt>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace coinswarm {

/// Names one message for ever: drawn at random once per bus, and counted upwards by it. Zeros name none.
struct MessageId {
    std::uint64_t origin = 0;
    std::uint64_t number = 0;

    explicit operator bool() const { return origin != 0 || number != 0; }
    bool operator==(const MessageId &) const = default;
};

/// Where a message comes from and why.
struct MessageHeader {
    MessageId id; ///< from Bus::newId(), or none
    MessageId cause; ///< of the message that this one follows from, or none
    Timestamp time; ///< the sender's
    std::string source; ///< who says it, at most 255 bytes; free of allocation up to 15
};

/// A message: immutable, one piece of memory, shared by everybody who holds it. Copying costs a counter.
///
/// Thread: any; different threads may hold copies. Empty (default-constructed or moved from) messages may be destroyed,
/// assigned to and compared with false, nothing else.
class COINSWARM_SDK_EXPORT BusMessage
{
public:
    BusMessage() = default;
    /// Copies the payload. `replyTo` is for implementations of Bus.
    BusMessage(TopicName topic, MessageHeader header, std::span<const std::byte> payload, std::string replyTo = {});
    BusMessage(const BusMessage &other) noexcept : m_content(other.m_content)
    {
        if (m_content != nullptr) {
            m_content->references.ref();
        }
    }
    BusMessage(BusMessage &&other) noexcept : m_content(std::exchange(other.m_content, nullptr)) {}
    BusMessage &operator=(BusMessage other) noexcept
    {
        std::swap(m_content, other.m_content);
        return *this;
    }
    ~BusMessage()
    {
        // Whoever holds the only reference needs no atomic decrement.
        if (m_content != nullptr && (m_content->references.loadAcquire() == 1 || !m_content->references.deref())) {
            destroy(m_content);
        }
    }

    explicit operator bool() const { return m_content != nullptr; }
    const TopicName &topic() const { return m_content->topic; }
    const MessageHeader &header() const { return m_content->header; }
    std::span<const std::byte> payload() const
    {
        return {reinterpret_cast<const std::byte *>(m_content + 1), m_content->size};
    }

    /// Where an answer goes, opaque; empty if none is asked for. Bus::request() sets it.
    const std::string &replyTo() const { return m_content->replyTo; }

private:
    struct Content { // followed by the payload
        QAtomicInt references{1};
        std::size_t size = 0;
        TopicName topic;
        MessageHeader header;
        std::string replyTo;
    };
    static void destroy(Content *content);

    Content *m_content = nullptr;
};

} // namespace coinswarm
