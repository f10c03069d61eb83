// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/record_model.h"

namespace coinswarm::ui {

/// Orders by id, the newest million.
class OrdersModel final : public RecordModel<Order>
{
public:
    explicit OrdersModel(const Formats &formats, QObject *parent = nullptr);
};

} // namespace coinswarm::ui
