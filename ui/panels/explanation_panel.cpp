// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "panels/explanation_panel.h"

#include "codec/json_writer.h"
#include "widgets/empty_state.h"

#include <QtCore/QJsonDocument>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

template <class T>
QString jsonText(const T &value)
{
    return QString::fromUtf8(QJsonDocument(codec::toJson(value).toObject()).toJson(QJsonDocument::Indented));
}

} // namespace

ExplanationPanel::ExplanationPanel(const PanelContext &context, QWidget *parent)
    : Panel(context, u"explanation"_s, u"Why"_s, parent),
      m_text(new QTextBrowser(this)),
      m_empty(new EmptyState(this)),
      m_stack(new QStackedLayout(this))
{
    m_stack->setContentsMargins(0, 0, 0, 0);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_text);
    m_empty->setTexts(u"Nothing chosen"_s,
                      u"Click a trade on the chart, a fill, an order or a decision to read why it happened."_s);
    m_text->setAccessibleName(u"Explanation"_s);
    m_text->setOpenLinks(false);
    m_text->document()->setDocumentMargin(8);
    auto *tools = new QWidget;
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    row->addStretch(1);
    for (const bool json : {false, true}) {
        auto *button = new QToolButton;
        button->setText(json ? u"Copy JSON"_s : u"Copy text"_s);
        button->setAccessibleName((json ? u"Copy the explanation as JSON"_s : u"Copy the explanation as text"_s));
        connect(button, &QToolButton::clicked, this,
                [this, json] { QGuiApplication::clipboard()->setText(json ? m_json : asText()); });
        row->addWidget(button);
    }
    setHeaderTools(tools);
    connect(&session(), &SessionStore::explained, this, &ExplanationPanel::showExplanation);
    connect(&session(), &SessionStore::explainFailed, this, [this](const QString &message) {
        m_empty->setError(u"No explanation"_s, message);
        m_stack->setCurrentWidget(m_empty);
        Q_EMIT shown();
    });
    connect(&preferences(), &Preferences::changed, this, &ExplanationPanel::render);
}

void ExplanationPanel::showExplanation(const api::Explanation &explanation)
{
    m_chain = chainOf(explanation, session().formats());
    m_json = jsonText(explanation);
    setCaption(u"Why order "_s + QString::number(explanation.order.id.value));
    render();
    m_text->verticalScrollBar()->setValue(0);
    Q_EMIT shown();
}

void ExplanationPanel::showDecision(const Decision &decision)
{
    m_chain = chainOf(decision, session().formats());
    m_json = jsonText(decision);
    setCaption(u"Why decision "_s + QString::number(decision.id.value));
    render();
    m_text->verticalScrollBar()->setValue(0);
    Q_EMIT shown();
}

void ExplanationPanel::render()
{
    if (m_chain.empty()) {
        return;
    }
    m_text->setHtml(chainAsHtml(m_chain, colors()));
    m_stack->setCurrentWidget(m_text);
}

} // namespace coinswarm::ui
