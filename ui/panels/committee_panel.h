// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/votes_model.h"
#include "panels/panel.h"
#include "widgets/elided_label.h"
#include "widgets/record_table.h"

namespace coinswarm::ui {

/// The newest decision, or the one selected, vote by vote, above the history of decisions.
class CommitteePanel : public Panel
{
    Q_OBJECT

public:
    explicit CommitteePanel(const PanelContext &context, QWidget *parent = nullptr);

Q_SIGNALS:
    /// A decision was picked from the history.
    void explainDecision(coinswarm::DecisionId decision);

private:
    void showDecision(const Decision &decision);
    void showNewest();
    void select(DecisionId decision);

    VotesModel m_votes;
    RecordTable *m_voteTable;
    RecordTable *m_history;
    ElidedLabel *m_summary;
    DecisionId m_shown;
    bool m_pinned = false; ///< a person chose the decision; it stays until the newest is asked for
};

} // namespace coinswarm::ui
