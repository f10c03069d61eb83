// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/hot_memory.h>

#include <optional>
#include <string>
#include <string_view>

namespace coinswarm::redis {

/// An episode as it stands in Redis: docs/redis.md.
std::string itemBytes(const MemoryItem &item);

/// Nothing if the bytes are not those of an episode that memory can hold.
std::optional<MemoryItem> itemFrom(std::string_view bytes);

} // namespace coinswarm::redis
