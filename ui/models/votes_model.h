// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/record_model.h"

namespace coinswarm::ui {

/// One agent's vote with the weight that its performance would suggest.
struct VoteRow {
    CountedVote counted;
    double suggestedWeight = -1; ///< negative where unknown
};

/// The votes of one decision, by agent.
class VotesModel final : public RecordModel<VoteRow>
{
public:
    explicit VotesModel(const Formats &formats, QObject *parent = nullptr);
};

} // namespace coinswarm::ui
