// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "nats_plugin.h"

#include "nats_bus.h"

namespace coinswarm::nats {

NatsPlugin::~NatsPlugin()
{
    // The library's threads end here; every bus is gone by now.
    nats_CloseAndWait(2000);
}

Result<std::unique_ptr<Bus>> NatsPlugin::createBus(const Settings &settings)
{
    Result<NatsSettings> checked = natsSettings(settings);
    if (!checked.ok()) {
        return checked.error();
    }
    return std::unique_ptr<Bus>(std::make_unique<NatsBus>(std::move(checked).value()));
}

} // namespace coinswarm::nats
