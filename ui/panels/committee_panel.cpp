// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "panels/committee_panel.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

CommitteePanel::CommitteePanel(const PanelContext &context, QWidget *parent)
    : Panel(context, u"committee"_s, u"Committee"_s, parent),
      m_votes(context.session.formats()),
      m_voteTable(new RecordTable(m_votes, context.preferences, u"Votes of the decision"_s, this)),
      m_history(new RecordTable(context.session.decisions(), context.preferences, u"Decisions"_s, this)),
      m_summary(new ElidedLabel)
{
    m_voteTable->emptyState()->setTexts(
        u"No decision yet"_s,
        u"When a bar closes, every agent votes and the committee decides. The first vote comes "
        "as soon as an agent has seen enough bars."_s);
    m_history->emptyState()->setTexts(u"Decisions are listed here"_s, u"One per instrument and closed bar."_s);
    m_history->sortDescending(0);
    auto *tools = new QWidget;
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    m_summary->setProperty("role", u"secondary"_s);
    auto *newest = new QToolButton;
    newest->setText(u"Newest"_s);
    newest->setCheckable(true);
    newest->setChecked(true);
    newest->setAccessibleName(u"Follow the newest decision"_s);
    newest->setToolTip(u"Follow the newest decision of any instrument"_s);
    row->addWidget(m_summary, 1);
    row->addWidget(newest);
    setHeaderTools(tools);

    auto *splitter = new QSplitter(Qt::Vertical, this);
    splitter->addWidget(m_voteTable);
    splitter->addWidget(m_history);
    splitter->setStretchFactor(0, 0);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({122, 200});
    splitter->setHandleWidth(1);
    splitter->setChildrenCollapsible(false);
    m_voteTable->setMinimumHeight(72);
    m_history->setMinimumHeight(48);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);

    SessionStore &s = session();
    connect(newest, &QToolButton::toggled, this, [this](bool on) {
        m_pinned = !on;
        showNewest();
    });
    connect(&s, &SessionStore::frameApplied, this, [this](const api::Frame &frame) {
        if (frame.full || !frame.decisions.empty()) {
            showNewest();
        }
    });
    connect(&s, &SessionStore::infoChanged, this, [this] {
        m_votes.reformat();
        showNewest();
    });
    connect(&s, &SessionStore::decisionSelected, this, [this, newest](DecisionId decision) {
        m_pinned = true;
        const QSignalBlocker blocker(newest);
        newest->setChecked(false);
        select(decision);
    });
    connect(m_history, &RecordTable::picked, this, [this](quint64 key) {
        this->session().selectDecision(DecisionId(key));
        Q_EMIT explainDecision(DecisionId(key));
    });
    connect(m_voteTable, &RecordTable::picked, this, [this] {
        if (m_shown) {
            Q_EMIT explainDecision(m_shown);
        }
    });
}

void CommitteePanel::showNewest()
{
    const DecisionsModel &decisions = session().decisions();
    if (!m_pinned && decisions.rowCount() > 0) {
        // A HOLD of another instrument must not push the last real decision of this second off the screen.
        int at = decisions.rowCount() - 1;
        const Timestamp newest = decisions.row(at).time;
        for (int i = at; i >= 0 && decisions.row(i).time == newest; --i) {
            if (decisions.row(i).action != Action::Hold) {
                at = i;
                break;
            }
        }
        showDecision(decisions.row(at));
    }
}

void CommitteePanel::select(DecisionId decision)
{
    if (const Decision *found = session().decisions().find(decision.value)) {
        showDecision(*found);
        m_history->selectKey(decision.value);
    }
}

void CommitteePanel::showDecision(const Decision &decision)
{
    m_shown = decision.id;
    for (const CountedVote &counted : decision.votes) {
        const api::AgentView *agent = session().agents().find(counted.agent.value);
        m_votes.upsert({counted, agent ? agent->suggestedWeight : -1});
    }
    const Formats &f = session().formats();
    const QString text = f.symbol(decision.instrument) + u' ' + f.time(decision.time) + u"  "_s
        + (decision.vetoed ? u"⊘ VETO by "_s + f.agent(decision.vetoedBy) : actionText(decision.action)) + u"  score "_s
        + numberText(decision.score, 2, Sign::Always) + u" of ±"_s + numberText(decision.threshold, 2);
    m_summary->setText(text);
    m_summary->setToolTip(ui::text(decision.summary));
}

} // namespace coinswarm::ui
