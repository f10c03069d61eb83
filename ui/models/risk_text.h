// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/formats.h"

namespace coinswarm::ui {

/// "order notional"
QString checkName(const RiskCheck &check);
/// "1,204.50 ≤ 5,000.00 USDT"
QString checkNumbers(const RiskCheck &check, const Instrument *instrument);
/// "22/22"
QString passedText(const RiskReport &report);

} // namespace coinswarm::ui
