// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/explanation_chain.h"
#include "panels/panel.h"

#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QTextBrowser>

namespace coinswarm::ui {

class EmptyState;

/// The side drawer: why an order exists, or a decision was made, link by link; copied as text or JSON.
class ExplanationPanel : public Panel
{
    Q_OBJECT

public:
    explicit ExplanationPanel(const PanelContext &context, QWidget *parent = nullptr);

    QString asText() const { return chainAsText(m_chain); }
    QString asJson() const { return m_json; }
    void showDecision(const Decision &decision);

Q_SIGNALS:
    /// There is something new to read.
    void shown();

private:
    void showExplanation(const api::Explanation &explanation);
    void render();

    std::vector<ChainStep> m_chain;
    QString m_json;
    QTextBrowser *m_text;
    EmptyState *m_empty;
    QStackedLayout *m_stack;
};

} // namespace coinswarm::ui
