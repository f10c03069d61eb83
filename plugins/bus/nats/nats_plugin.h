// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/plugin.h>

namespace coinswarm::nats {

/// Offers the bus over NATS.
class NatsPlugin : public BusPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID COINSWARM_PLUGIN_IID FILE "plugin.json")

public:
    ~NatsPlugin() override;
    Result<std::unique_ptr<Bus>> createBus(const Settings &settings) override;
};

} // namespace coinswarm::nats
