// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory_options.h"

namespace coinswarm::replica {

MemoryOptions memoryOptions(const Settings &settings)
{
    MemoryOptions options;
    options.shape.m = static_cast<std::uint32_t>(settings.integer("m"));
    options.shape.efConstruction = static_cast<std::uint32_t>(settings.integer("ef_construction"));
    options.ef = static_cast<std::uint32_t>(settings.integer("ef"));
    options.exact = settings.boolean("exact");
    options.threads = static_cast<unsigned>(settings.integer("index_threads"));
    return options;
}

} // namespace coinswarm::replica
