// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <nats/nats.h>

#include <memory>

namespace coinswarm::nats {

/// Owners of what libnats gives out.
template <auto destroy>
struct NatsDelete {
    template <class T>
    void operator()(T *object) const
    {
        destroy(object);
    }
};
using NatsOptionsPtr = std::unique_ptr<natsOptions, NatsDelete<natsOptions_Destroy>>;
using NatsMessagePtr = std::unique_ptr<natsMsg, NatsDelete<natsMsg_Destroy>>;
using NatsConnectionPtr = std::unique_ptr<natsConnection, NatsDelete<natsConnection_Destroy>>;
using NatsSubscriptionPtr = std::unique_ptr<natsSubscription, NatsDelete<natsSubscription_Destroy>>;
using JetStreamPtr = std::unique_ptr<jsCtx, NatsDelete<jsCtx_Destroy>>;
using StreamInfoPtr = std::unique_ptr<jsStreamInfo, NatsDelete<jsStreamInfo_Destroy>>;

/// libnats keeps memory for every thread that calls it; a thread that ends without this leaks it. Calling it is cheap.
void releaseNatsMemoryAtThreadEnd();

} // namespace coinswarm::nats
