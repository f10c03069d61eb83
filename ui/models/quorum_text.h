// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/quorum_model.h"

/// What managers did, in words and marks.
namespace coinswarm::ui {

/// ●, ◐, ○ or ✕ with a number.
Cell voteCell(const QuorumRow &row, int manager, const QString &name, bool convicted);
/// "wrong pnl ×2; m4 silent"
QString reasonsText(const api::QuorumSlotView &slot);
/// The whole slot for the drawer beside the table.
QString slotAsHtml(const api::QuorumSlotView &slot, const QStringList &convicted, const Formats &formats,
                   const Colors &colors);

} // namespace coinswarm::ui
