// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/plugin.h>

namespace coinswarm::embedded {

/// Offers the memory that lives in this process.
class EmbeddedMemoryPlugin : public MemoryPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID COINSWARM_PLUGIN_IID FILE "plugin.json")

public:
    Result<std::unique_ptr<HotMemory>> createMemory(const Settings &settings, const PluginContext &context) override;
};

} // namespace coinswarm::embedded
