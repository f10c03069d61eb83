// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "panels/panel.h"
#include "widgets/countdown_bar.h"
#include "widgets/hold_button.h"
#include "widgets/number_label.h"
#include "widgets/score_bar.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>

namespace coinswarm::ui {

/// One waiting approval with its evidence.
///
/// A or R selects an answer; it is given by holding Enter for 600 ms or by Y, which is another key; Escape drops it.
/// The buttons must be held. No single press or click ever answers. What is answered is the approval as it was shown:
/// if it changes (another price, another hash), the selection is dropped.
class ApprovalCard : public QWidget
{
    Q_OBJECT

public:
    enum class Choice : unsigned char { None, Approve, Reject };

    ApprovalCard(const PanelContext &context, const api::Approval &approval, QWidget *parent = nullptr);

    void setApproval(const api::Approval &approval);
    /// Time, price drift and numbers that move.
    void refresh();
    Choice choice() const { return m_choice; }
    HoldButton *approveButton() const { return m_approve; }
    HoldButton *rejectButton() const { return m_reject; }
    const api::Approval &approval() const { return m_approval; }

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void keyReleaseEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void build();
    void restyle();
    void showVotes();
    void showRisk();
    void showDrift();
    void choose(Choice choice);
    void give(bool approve);

    PanelContext m_context;
    api::Approval m_approval;
    Choice m_choice = Choice::None;
    bool m_given = false;
    QLabel *m_headline;
    CountdownBar *m_countdown;
    NumberLabel *m_worst;
    QLabel *m_after;
    ScoreBar *m_score;
    QLabel *m_votes;
    QToolButton *m_risk;
    QLabel *m_riskList;
    QLabel *m_drift;
    QToolButton *m_explain;
    QLabel *m_hint;
    QComboBox *m_reason;
    HoldButton *m_reject;
    HoldButton *m_approve;
};

} // namespace coinswarm::ui
