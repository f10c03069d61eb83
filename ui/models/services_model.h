// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/record_model.h"

namespace coinswarm::ui {

/// A part of the cluster in its place.
struct ServiceRow {
    quint64 place = 0; ///< from 1
    api::ServiceView service;
};

/// The parts of the cluster in the engine's order. Every cell's tooltip says what happens if this one dies.
class ServicesModel final : public RecordModel<ServiceRow>
{
public:
    explicit ServicesModel(const Formats &formats, QObject *parent = nullptr);
    void setServices(const std::vector<api::ServiceView> &services);
};

} // namespace coinswarm::ui
