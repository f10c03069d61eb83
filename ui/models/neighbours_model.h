// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/record_model.h"

namespace coinswarm::ui {

/// An episode that the present state is like, with what is needed to show it.
struct NeighbourRow {
    int rank = 0; ///< 1 is the nearest
    Neighbour neighbour;
    QString pattern; ///< its name; empty if it belongs to none
    Timestamp now; ///< of the session, which the times of episodes are measured by
};

/// The neighbours of one state, by episode.
class NeighboursModel final : public RecordModel<NeighbourRow>
{
public:
    explicit NeighboursModel(const Formats &formats, QObject *parent = nullptr);
};

/// "high volatility, up"
QString regimeText(const EpisodeTags &tags);

} // namespace coinswarm::ui
