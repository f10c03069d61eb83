// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "panels/plugins_panel.h"

#include "widgets/record_table.h"

#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

PluginsPanel::PluginsPanel(const PanelContext &context, QWidget *parent)
    : Panel(context, u"plugins"_s, u"Plugins"_s, parent)
{
    auto *table = new RecordTable(session().plugins(), preferences(), u"Plugins"_s, this);
    table->emptyState()->setTexts(
        u"No plugin found"_s,
        u"Plugins are looked for in lib/coinswarm/plugins beside the program and in the folders that the "
        "configuration names."_s);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(table);
    connect(&session().plugins(), &QAbstractItemModel::modelReset, this, [this] {
        int failed = 0;
        for (int i = 0; i < session().plugins().rowCount(); ++i) {
            failed += session().plugins().row(i).reasons.empty() ? 0 : 1;
        }
        setCaption(failed == 0 ? u"Plugins"_s : u"Plugins ("_s + QString::number(failed) + u" not in use)"_s);
    });
}

} // namespace coinswarm::ui
