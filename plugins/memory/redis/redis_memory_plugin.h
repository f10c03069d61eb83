// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/plugin.h>

namespace coinswarm::redis {

/// Offers the memory that is copied to Redis.
class RedisMemoryPlugin : public MemoryPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID COINSWARM_PLUGIN_IID FILE "plugin.json")

public:
    Result<std::unique_ptr<HotMemory>> createMemory(const Settings &settings, const PluginContext &context) override;
};

} // namespace coinswarm::redis
