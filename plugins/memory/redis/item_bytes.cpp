// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "item_bytes.h"

#include "replica/memory_contents.h"
#include "replica/tag_bytes.h"

#include <algorithm>

namespace coinswarm::redis {

std::string itemBytes(const MemoryItem &item)
{
    replica::SnapshotWriter out;
    out.number(item.id.value);
    replica::writeTags(out, item.tags);
    out.bytes(std::as_bytes(std::span(item.embedding.values)));
    return {reinterpret_cast<const char *>(out.out().data()), out.out().size()};
}

std::optional<MemoryItem> itemFrom(std::string_view bytes)
{
    replica::SnapshotReader in(std::as_bytes(std::span(bytes)));
    MemoryItem item;
    item.id = EpisodeId(in.number<std::uint64_t>());
    item.tags = replica::readTags(in);
    const std::span<const std::byte> values = in.bytes(kEmbeddingSize);
    if (!in.sound() || in.left() != 0) {
        return std::nullopt;
    }
    std::transform(values.begin(), values.end(), item.embedding.values.begin(),
                   [](std::byte value) { return static_cast<std::int8_t>(value); });
    return replica::impossible(item).empty() ? std::optional(item) : std::nullopt;
}

} // namespace coinswarm::redis
