// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"

#include <coinswarm/bus.h>

namespace coinswarm::bus {

/// A message of a typed topic, or of one below it. The payload is the value as the codec writes it.
template <class T>
BusMessage encoded(const Topic<T> &topic, MessageHeader header, const T &value, std::vector<std::string> tokens = {})
{
    std::vector<std::byte> payload;
    codec::BinaryWriter(payload).write(value);
    return BusMessage({topic.subject, std::move(tokens)}, std::move(header), payload);
}

/// The value that a message of this topic carries. Corrupt if its payload is none.
template <class T>
Result<T> decoded(const Topic<T> &, const BusMessage &message)
{
    return codec::decoded<T>(message.payload());
}

} // namespace coinswarm::bus
