// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/record_model.h"

namespace coinswarm::ui {

/// A position with the protective orders that are working for it.
struct PositionRow {
    Position position;
    Price stop; ///< zero for none
    Price target; ///< zero for none
    Money equity; ///< of the account, for shares of it
};

/// Positions by instrument.
class PositionsModel final : public RecordModel<PositionRow>
{
public:
    explicit PositionsModel(const Formats &formats, QObject *parent = nullptr);
};

} // namespace coinswarm::ui
