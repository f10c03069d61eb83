// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include <nats/nats.h>

#include <string>

namespace coinswarm::nats {

/// The sentence "`act`: what libnats says", with the kind that fits. Reads the calling thread's last error of libnats.
Error natsError(const std::string &act, natsStatus status, jsErrCode code = static_cast<jsErrCode>(0));

} // namespace coinswarm::nats
