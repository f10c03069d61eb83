// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/engine.h"

#include <QtCore/QUrl>

#include <chrono>
#include <memory>

namespace coinswarm::rpc {

struct RemoteOptions {
    std::chrono::milliseconds requestTimeout{10'000}; ///< after which a call finishes with Unavailable
    std::chrono::milliseconds firstRetry{500}; ///< doubled with every attempt that fails …
    std::chrono::milliseconds longestRetry{5'000}; ///< … up to this
    std::chrono::milliseconds pingInterval{5'000}; ///< an engine that is silent for three of them is gone
};

/// An engine in another process, as RpcServer serves it. Returns at once; handleConnection() tells how it goes. It keeps
/// trying until it is destroyed; calls while it waits for the next attempt finish at once with Unavailable, calls
/// under way when the connection breaks too. After a reconnect every frame handler gets a full frame.
///
/// `url` is ws:// on loopback or wss:// anywhere: a token is never sent in clear to another machine.
/// Thread: the caller's, which runs an event loop.
std::unique_ptr<api::Engine> connectRemoteEngine(const QUrl &url, const QString &token,
                                                 const RemoteOptions &options = {});

} // namespace coinswarm::rpc
