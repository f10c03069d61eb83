// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/instrument.h>
#include <coinswarm/market_data.h>

#include <optional>
#include <string>
#include <string_view>

namespace coinswarm::redis_ticks {

/// Market events and instruments as they stand in Redis: docs/redis.md. Reading gives nothing for any other bytes.
std::string eventBytes(const MarketEvent &event);
std::optional<MarketEvent> eventFrom(std::string_view bytes);
std::string instrumentBytes(const Instrument &instrument);
std::optional<Instrument> instrumentFrom(std::string_view bytes);

} // namespace coinswarm::redis_ticks
