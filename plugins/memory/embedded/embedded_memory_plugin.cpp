// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "embedded_memory_plugin.h"

#include "embedded_memory.h"

namespace coinswarm {

Result<std::unique_ptr<HotMemory>> EmbeddedMemoryPlugin::createMemory(const Settings &settings,
                                                                      const PluginContext &context)
{
    return EmbeddedMemory::open(memoryOptions(settings), context.stateFolder);
}

} // namespace coinswarm
