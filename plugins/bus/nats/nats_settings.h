// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "nats_handle.h"

#include <coinswarm/result.h>
#include <coinswarm/settings.h>

#include <chrono>
#include <string>
#include <vector>

namespace coinswarm::nats {

/// How to reach the servers. Secrets are in files and are read when the connection is made.
struct NatsSettings {
    std::vector<std::string> servers;
    std::string name;
    std::string subjectPrefix;
    std::string credentialsFile;
    std::string loginFile;
    bool tls = false;
    std::string tlsCaFile;
    std::string tlsCertificateFile;
    std::string tlsKeyFile;
    std::chrono::milliseconds connectTimeout{2000};
    std::chrono::milliseconds reconnectWait{50};
    std::chrono::milliseconds reconnectLongestWait{2000};
    std::chrono::milliseconds pingInterval{2000};
    int pendingMessages = 65'536;
    /// Otherwise libnats collects what is published for a millisecond: more messages a second, each that much later.
    bool sendAtOnce = true;
};

/// Invalid if there is no server, or an address holds a password.
Result<NatsSettings> natsSettings(const Settings &settings);

/// Options of libnats without callbacks. `settings` must outlive them.
Result<NatsOptionsPtr> natsOptionsFor(const NatsSettings &settings);

/// The pause before attempt number `attempt` (from 1) to reconnect.
std::chrono::milliseconds reconnectPause(const NatsSettings &settings, int attempt);

} // namespace coinswarm::nats
