// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/record_model.h"

namespace coinswarm::ui {

/// Committee decisions by id, the newest 100,000.
class DecisionsModel final : public RecordModel<Decision>
{
public:
    explicit DecisionsModel(const Formats &formats, QObject *parent = nullptr);
};

} // namespace coinswarm::ui
