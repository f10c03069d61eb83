// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/record_model.h"

namespace coinswarm::ui {

/// Executions by id, the newest million.
class FillsModel final : public RecordModel<Fill>
{
public:
    explicit FillsModel(const Formats &formats, QObject *parent = nullptr);
};

} // namespace coinswarm::ui
