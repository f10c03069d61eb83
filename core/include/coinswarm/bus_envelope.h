// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/bus_message.h>

#include <vector>

namespace coinswarm {

/// What stands before the payload where a message leaves the process, little endian: version u8 (1), flags u8 (1: an id,
/// 2: a cause), [id: origin u64, number u64], [cause: the same], time i64 in ns, length of the source u8, source.
/// Replaces the content of `out` by envelope and payload; a buffer that is used again is not allocated again.
COINSWARM_SDK_EXPORT void encodeMessage(const BusMessage &message, std::vector<std::byte> &out);

/// Bytes that the envelope of this header takes.
COINSWARM_SDK_EXPORT std::size_t envelopeBytes(const MessageHeader &header);

/// The message that encodeMessage() wrote. Corrupt if the envelope is of another version, or cut off.
COINSWARM_SDK_EXPORT Result<BusMessage> decodeMessage(const TopicName &topic, std::span<const std::byte> bytes,
                                                      std::string replyTo = {});

} // namespace coinswarm
