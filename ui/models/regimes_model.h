// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/record_model.h"

namespace coinswarm::ui {

/// Regimes of all instruments, the newest 5,000.
class RegimesModel final : public RecordModel<Regime>
{
public:
    explicit RegimesModel(const Formats &formats, QObject *parent = nullptr);
};

} // namespace coinswarm::ui
