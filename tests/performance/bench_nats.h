// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

namespace coinswarm::bench {

/// Measures the bus over NATS and libnats alone against one nats-server that it starts. JSON object; "null" without a
/// server. Prints lines for people unless `json`.
std::string measureNats(bool quick, bool json);

} // namespace coinswarm::bench
