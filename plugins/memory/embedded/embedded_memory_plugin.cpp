// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "embedded_memory_plugin.h"

#include "replica/embedded_memory.h"

namespace coinswarm::embedded {

Result<std::unique_ptr<HotMemory>> EmbeddedMemoryPlugin::createMemory(const Settings &settings,
                                                                      const PluginContext &context)
{
    Result<std::unique_ptr<replica::EmbeddedMemory>> memory =
        replica::EmbeddedMemory::open(replica::memoryOptions(settings), context.stateFolder);
    if (!memory.ok()) {
        return memory.error();
    }
    return std::unique_ptr<HotMemory>(std::move(*memory));
}

} // namespace coinswarm::embedded
