// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <coinswarm/bus_envelope.h>

#include <QtCore/qendian.h>

#include <algorithm>
#include <cstring>

namespace coinswarm {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kHasId = 1;
constexpr std::uint8_t kHasCause = 2;
constexpr std::size_t kLongestSource = 255;

template <class T>
std::byte *put(std::byte *to, T value)
{
    value = qToLittleEndian(value);
    std::memcpy(to, &value, sizeof value);
    return to + sizeof value;
}

template <class T>
T get(const std::byte *&from)
{
    T value;
    std::memcpy(&value, from, sizeof value);
    from += sizeof value;
    return qFromLittleEndian(value);
}

std::size_t fixedBytes(std::uint8_t flags)
{
    return 2 + ((flags & kHasId) != 0 ? 16U : 0U) + ((flags & kHasCause) != 0 ? 16U : 0U) + 8 + 1;
}

std::uint8_t flagsOf(const MessageHeader &header)
{
    return static_cast<std::uint8_t>((header.id ? kHasId : 0) | (header.cause ? kHasCause : 0));
}

} // namespace

std::size_t envelopeBytes(const MessageHeader &header)
{
    return fixedBytes(flagsOf(header)) + std::min(header.source.size(), kLongestSource);
}

void encodeMessage(const BusMessage &message, std::vector<std::byte> &out)
{
    const MessageHeader &header = message.header();
    const std::span<const std::byte> payload = message.payload();
    const std::size_t sourceBytes = std::min(header.source.size(), kLongestSource);
    out.resize(envelopeBytes(header) + payload.size());
    std::byte *to = put(put(out.data(), kVersion), flagsOf(header));
    if (header.id) {
        to = put(put(to, header.id.origin), header.id.number);
    }
    if (header.cause) {
        to = put(put(to, header.cause.origin), header.cause.number);
    }
    to = put(put(to, header.time.ns), static_cast<std::uint8_t>(sourceBytes));
    std::memcpy(to, header.source.data(), sourceBytes);
    if (!payload.empty()) {
        std::memcpy(to + sourceBytes, payload.data(), payload.size());
    }
}

Result<BusMessage> decodeMessage(const TopicName &topic, std::span<const std::byte> bytes, std::string replyTo)
{
    const auto damaged = [&topic](const char *what) {
        return Error{ErrorKind::Corrupt, "A message on " + wireSubject(topic) + " " + what + "; it is ignored."};
    };
    if (bytes.size() < 2 || bytes[0] != std::byte{kVersion}) {
        return damaged("is not of this version of Coinswarm");
    }
    const auto flags = static_cast<std::uint8_t>(bytes[1]);
    if ((flags & ~(kHasId | kHasCause)) != 0) {
        return damaged("has an unknown envelope");
    }
    const std::size_t fixed = fixedBytes(flags);
    if (bytes.size() < fixed || bytes.size() - fixed < static_cast<std::size_t>(bytes[fixed - 1])) {
        return damaged("is cut off");
    }
    MessageHeader header;
    const std::byte *from = bytes.data() + 2;
    if ((flags & kHasId) != 0) {
        header.id.origin = get<std::uint64_t>(from);
        header.id.number = get<std::uint64_t>(from);
    }
    if ((flags & kHasCause) != 0) {
        header.cause.origin = get<std::uint64_t>(from);
        header.cause.number = get<std::uint64_t>(from);
    }
    header.time.ns = get<std::int64_t>(from);
    const auto sourceBytes = get<std::uint8_t>(from);
    header.source.assign(reinterpret_cast<const char *>(from), sourceBytes);
    return BusMessage(topic, std::move(header), bytes.subspan(fixed + sourceBytes), std::move(replyTo));
}

} // namespace coinswarm
