// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "panels/agents_panel.h"

#include "widgets/record_table.h"

#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

AgentsPanel::AgentsPanel(const PanelContext &context, QWidget *parent)
    : Panel(context, u"agents"_s, u"Agents"_s, parent)
{
    auto *table = new RecordTable(session().agents(), preferences(), u"Agents"_s, this);
    table->emptyState()->setTexts(u"No agent"_s,
                                  u"Agents are plugins; the configuration names those that take part."_s);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(table);
    connect(&session(), &SessionStore::frameApplied, this, [this](const api::Frame &frame) {
        if (frame.agents.empty()) {
            return;
        }
        int out = 0;
        for (const api::AgentView &agent : frame.agents) {
            out += agent.state == api::AgentState::Benched || agent.state == api::AgentState::Hung ? 1 : 0;
        }
        setCaption(out == 0 ? u"Agents"_s : u"Agents ("_s + QString::number(out) + u" out)"_s);
    });
}

} // namespace coinswarm::ui
