// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/record_model.h"

namespace coinswarm::ui {

/// Patterns with all their statistics, by id.
class PatternsModel final : public RecordModel<Pattern>
{
public:
    explicit PatternsModel(const Formats &formats, QObject *parent = nullptr);
};

/// "▲ promoted", "○ candidate", "✕ deprecated".
Cell statusCell(PatternStatus status);

} // namespace coinswarm::ui
