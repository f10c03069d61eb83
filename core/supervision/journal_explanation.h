// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/views.h"

#include <filesystem>

namespace coinswarm::supervision {

/// The chain behind an order out of a journal, without an engine: of backtests and of sessions that have ended.
/// `journal` is a journal's folder. NotFound if no record speaks of the order; Corrupt if the journal is damaged. Reads the
/// journal twice with bounded memory.
Result<api::Explanation> explainFromJournal(const std::filesystem::path &journal, OrderId order);

} // namespace coinswarm::supervision
