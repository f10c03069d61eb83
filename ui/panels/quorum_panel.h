// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/quorum_export.h"
#include "models/slot_search.h"
#include "panels/panel.h"
#include "widgets/alarm_band.h"
#include "widgets/elided_label.h"
#include "widgets/record_table.h"

#include <QtWidgets/QLineEdit>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QTextBrowser>
#include <QtWidgets/QToolButton>

namespace coinswarm::ui {

/// Quorum audit: slots as they commit with a column per manager, the items and reasons of the one selected, evidence of
/// faults in red. A filter looks through what is here at once and has the engine search the rest of the log; scrolling to the
/// end reads older slots. The log is verified and exported from here.
class QuorumPanel : public Panel
{
    Q_OBJECT

public:
    explicit QuorumPanel(const PanelContext &context, QWidget *parent = nullptr);

    RecordTable *table() const { return m_table; }
    QLineEdit *filter() const { return m_filter; }
    AlarmBand *alarm() const { return m_alarm; }
    /// What is in the drawer, as text; empty while no slot is selected.
    QString drawerText() const { return m_slot == 0 ? QString() : m_drawer->toPlainText(); }
    QString auditText() const { return m_auditLabel->text(); }
    SlotSearch &search() { return m_search; }
    /// How far the search is; empty while nothing is searched.
    QString searchText() const { return m_searchRow->isHidden() ? QString() : m_searchLabel->text(); }
    QToolButton *searchButton() const { return m_searchButton; }
    QToolButton *verifyButton() const { return m_verify; }
    void showSlot(std::uint64_t slot);
    void closeDrawer();
    /// Writes the rows that pass the filter; the answer is on the notice line.
    void exportTo(const QString &file) { m_export.start(file, m_filter->text()); }

protected:
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    static QToolButton *makeButton(const QString &title, const QString &name, const QString &tip);
    QWidget *makeTools();
    QWidget *makeDrawer();
    QWidget *makeSearchRow();
    void wireMemory();
    void placeDrawer();
    void filterSlots(const QString &text);
    void showSearch();
    void showTools();
    void loadOlder();
    void loadOlderAtTheEnd();
    void showAlarm();
    void showEmpty();
    void showAudit(const api::AuditCheckView &check);
    void renderSlot();
    void tellExport(int rows, const QString &error);
    void chooseFile();

    RecordTable *m_table;
    QLineEdit *m_filter;
    AlarmBand *m_alarm;
    QSplitter *m_splitter;
    QWidget *m_drawerFrame = nullptr;
    QTextBrowser *m_drawer = nullptr;
    ElidedLabel *m_auditLabel = nullptr;
    QToolButton *m_verify = nullptr;
    QToolButton *m_older = nullptr;
    QToolButton *m_exporting = nullptr;
    QWidget *m_searchRow = nullptr;
    ElidedLabel *m_searchLabel = nullptr;
    QToolButton *m_searchButton = nullptr;
    QuorumExport m_export;
    SlotSearch m_search;
    std::optional<Qt::Orientation> m_drawerPlaced;
    bool m_loadingOlder = false;
    bool m_verifying = false;
    QString m_auditFault; ///< what the check of the log found wrong
    std::uint64_t m_slot = 0; ///< in the drawer
};

} // namespace coinswarm::ui
