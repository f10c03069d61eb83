// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "panels/alerts_panel.h"

#include "widgets/record_table.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

AlertsPanel::AlertsPanel(const PanelContext &context, QWidget *parent)
    : Panel(context, u"alerts"_s, u"Alerts and log"_s, parent)
{
    auto *table = new RecordTable(session().alerts(), preferences(), u"Alerts"_s, this);
    table->emptyState()->setTexts(u"All is calm"_s, u"What a person should know appears here."_s);
    table->sortDescending(0);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(table);

    auto *tools = new QWidget;
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    auto *filter = new QLineEdit;
    filter->setPlaceholderText(u"filter"_s);
    filter->setClearButtonEnabled(true);
    filter->setAccessibleName(u"Filter alerts"_s);
    filter->setMaximumWidth(160);
    auto *severity = new QComboBox;
    severity->addItem(u"All"_s, QString());
    severity->addItem(u"■ Danger"_s, u"danger"_s);
    severity->addItem(u"▲ Warning"_s, u"warning"_s);
    severity->addItem(u"● Info"_s, u"info"_s);
    severity->setAccessibleName(u"Severity"_s);
    severity->setToolTip(u"Severity"_s);
    auto *copy = new QToolButton;
    copy->setText(u"Copy CSV"_s);
    copy->setToolTip(u"Copy the selected rows, or all that are shown, as CSV"_s);
    copy->setAccessibleName(u"Copy alerts as CSV"_s);
    row->addStretch(1);
    row->addWidget(filter);
    row->addWidget(severity);
    row->addWidget(copy);
    setHeaderTools(tools);

    const auto apply = [table, filter, severity] {
        const QString word = severity->currentData().toString();
        table->setFilter(filter->text().isEmpty() ? word : filter->text());
    };
    connect(filter, &QLineEdit::textChanged, table, apply);
    connect(severity, &QComboBox::currentIndexChanged, table, [filter, apply] {
        filter->clear();
        apply();
    });
    connect(copy, &QToolButton::clicked, table,
            [table] { QGuiApplication::clipboard()->setText(table->selectionAsCsv()); });
}

} // namespace coinswarm::ui
