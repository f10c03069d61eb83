// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/formats.h"

namespace coinswarm::ui {

/// "order notional"
QString checkName(const api::RiskCheck &check);
/// "1,204.50 ≤ 5,000.00 USDT"
QString checkNumbers(const api::RiskCheck &check, const Instrument *instrument);
/// "22/22"
QString passedText(const api::RiskReport &report);

} // namespace coinswarm::ui
