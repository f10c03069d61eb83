// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "panels/approval_card.h"
#include "widgets/empty_state.h"

#include <QtWidgets/QScrollArea>
#include <QtWidgets/QVBoxLayout>

namespace coinswarm::ui {

/// The approvals that wait, oldest first, as cards; below them what became of the last ones.
class ApprovalsPanel : public Panel
{
    Q_OBJECT

public:
    explicit ApprovalsPanel(const PanelContext &context, QWidget *parent = nullptr);

    /// The cards on the screen, oldest approval first.
    std::vector<ApprovalCard *> cards() const;
    /// Keyboard focus to the approval that expires first.
    void focusFirst();

private:
    void rebuild();
    void showHistory();

    PanelContext m_context;
    QScrollArea *m_scroll;
    QVBoxLayout *m_list;
    EmptyState *m_empty;
    QLabel *m_history;
    std::map<std::uint64_t, ApprovalCard *> m_cards;
};

} // namespace coinswarm::ui
