// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "panels/quorum_panel.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

QuorumPanel::QuorumPanel(const PanelContext &context, QWidget *parent)
    : Panel(context, u"quorum"_s, u"Quorum audit"_s, parent),
      m_table(new RecordTable(context.session.memory().quorum(), context.preferences, u"Slots"_s, this)),
      m_filter(new QLineEdit),
      m_alarm(new AlarmBand(context.preferences, u"Faults of the quorum"_s, this)),
      m_splitter(new QSplitter(Qt::Horizontal, this)),
      m_export(context.session.memory().quorum()),
      m_search(context.session)
{
    m_table->sortDescending(0);
    m_splitter->addWidget(m_table);
    m_splitter->addWidget(makeDrawer());
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    m_drawerFrame->hide();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_alarm);
    layout->addWidget(makeSearchRow());
    layout->addWidget(m_splitter, 1);
    setHeaderTools(makeTools());

    // Not the current row: a table that gets the focus makes its first row current.
    connect(m_table->view()->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        const QModelIndex current = m_table->view()->currentIndex();
        if (m_table->view()->selectionModel()->isRowSelected(current.row())) {
            showSlot(current.data(RecordModelBase::KeyRole).toULongLong());
        }
    });
    connect(m_table, &RecordTable::picked, this, [this](quint64 key) { showSlot(key); });
    connect(m_table->view()->verticalScrollBar(), &QScrollBar::valueChanged, this, &QuorumPanel::loadOlderAtTheEnd);
    connect(m_filter, &QLineEdit::textChanged, this, &QuorumPanel::filterSlots);
    connect(&m_search, &SlotSearch::changed, this, &QuorumPanel::showSearch);
    connect(&session(), &SessionStore::auditChecked, this, &QuorumPanel::showAudit);
    connect(&m_export, &QuorumExport::finished, this, &QuorumPanel::tellExport);
    connect(&preferences(), &Preferences::changed, this, &QuorumPanel::renderSlot);
    wireMemory();
    showEmpty();
    showTools();
}

void QuorumPanel::wireMemory()
{
    const MemoryStore &memory = session().memory();
    connect(&session(), &SessionStore::firstFrame, this, &QuorumPanel::showEmpty);
    connect(&memory, &MemoryStore::statusChanged, this, [this] {
        showAlarm();
        showEmpty();
        showTools();
    });
    connect(&memory, &MemoryStore::evidenceChanged, this, [this] {
        showAlarm();
        renderSlot();
    });
    connect(&memory, &MemoryStore::slotsChanged, this, [this] {
        // What is in the drawer never changes; it only may not have been there yet.
        if (m_slot != 0 && m_drawer->property("slot").toULongLong() != m_slot && session().memory().slot(m_slot)) {
            renderSlot();
        }
        showTools();
    });
    connect(&session(), &SessionStore::auditLogKnown, this,
            [this](double share) { m_older->setText(u"Older: log read "_s + percentText(share, 0)); });
    connect(&session(), &SessionStore::olderSlotsLoaded, this, [this](int, const QString &error) {
        m_loadingOlder = false;
        showTools();
        if (!error.isEmpty()) {
            Q_EMIT session().answered(false, u"Older slots cannot be read: "_s + error);
        }
    });
}

/// Rows that are here are filtered at once; what the rest of the log has comes from the engine.
void QuorumPanel::filterSlots(const QString &text)
{
    m_table->setFilter(text);
    m_search.setText(text);
    showEmpty();
    showTools();
}

void QuorumPanel::showSearch()
{
    const SlotSearch::State state = m_search.state();
    const bool running = state == SlotSearch::State::Running;
    m_searchLabel->setText(m_search.says());
    m_searchButton->setText(running ? u"Stop"_s : u"Go on"_s);
    m_searchButton->setVisible(running || state == SlotSearch::State::Resting || state == SlotSearch::State::Failed);
    m_searchRow->setVisible(state != SlotSearch::State::Idle);
    showEmpty();
}

void QuorumPanel::showTools()
{
    const MemoryStore &memory = session().memory();
    const std::uint64_t oldest = memory.quorum().oldest();
    m_older->setEnabled(memory.enabled() && !m_loadingOlder && m_filter->text().isEmpty() && oldest != 1);
    if (!m_loadingOlder) {
        m_older->setText(u"Older"_s);
    }
    m_verify->setEnabled(memory.enabled() && !m_verifying);
    m_exporting->setEnabled(memory.quorum().rowCount() > 0 && !m_export.running());
}

void QuorumPanel::loadOlder()
{
    if (m_older->isEnabled()) {
        m_loadingOlder = true;
        session().loadOlderSlots();
        showTools();
    }
}

void QuorumPanel::loadOlderAtTheEnd()
{
    const QScrollBar *bar = m_table->view()->verticalScrollBar();
    const QHeaderView *header = m_table->view()->horizontalHeader();
    const bool newestFirst = header->sortIndicatorSection() == 0 && header->sortIndicatorOrder() == Qt::DescendingOrder;
    // The view fetches what is here by itself; only then is there an end.
    if (bar->maximum() > 0 && bar->value() == bar->maximum() && newestFirst
        && !m_table->view()->model()->canFetchMore({})) {
        loadOlder();
    }
}

QWidget *QuorumPanel::makeSearchRow()
{
    m_searchRow = new QWidget(this);
    auto *row = new QHBoxLayout(m_searchRow);
    row->setContentsMargins(8, 2, 4, 2);
    m_searchLabel = new ElidedLabel;
    m_searchLabel->setProperty("role", u"secondary"_s);
    m_searchLabel->setAccessibleName(u"How far the search is"_s);
    m_searchButton = makeButton(u"Stop"_s, u"Stop the search or go on with it"_s,
                                u"The engine reads the audit log from the newest slot to the oldest"_s);
    row->addWidget(m_searchLabel, 1);
    row->addWidget(m_searchButton);
    m_searchRow->hide();
    connect(m_searchButton, &QToolButton::clicked, this,
            [this] { m_search.state() == SlotSearch::State::Running ? m_search.stop() : m_search.goOn(); });
    return m_searchRow;
}

QToolButton *QuorumPanel::makeButton(const QString &title, const QString &name, const QString &tip)
{
    auto *made = new QToolButton;
    made->setText(title);
    made->setAccessibleName(name);
    made->setToolTip(tip);
    return made;
}

QWidget *QuorumPanel::makeTools()
{
    auto *tools = new QWidget;
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    m_auditLabel = new ElidedLabel;
    m_auditLabel->setProperty("role", u"secondary"_s);
    m_auditLabel->setAccessibleName(u"Result of the verification"_s);
    m_filter->setPlaceholderText(u"filter"_s);
    m_filter->setClearButtonEnabled(true);
    m_filter->setAccessibleName(u"Filter slots"_s);
    m_filter->setToolTip(
        u"kind:add_episode · slot:18200-18300 · coordinator:m3 · silent:m2 · round:1 · rejected · or any text, also in "
        "the items. Looks through the whole audit log."_s);
    m_filter->setMaximumWidth(180);
    m_verify = makeButton(u"Verify"_s, u"Verify the audit log"_s,
                          u"Checks every signature, hash and slot of the audit log, from the genesis on"_s);
    m_exporting = makeButton(u"Export…"_s, u"Export the slots shown"_s,
                             u"Writes the slots that pass the filter to a CSV or JSON file"_s);
    m_older = makeButton(u"Older"_s, u"Load older slots"_s,
                         u"Reads a thousand older slots from the audit log, as scrolling to the end does"_s);
    row->addWidget(m_auditLabel, 1);
    row->addWidget(m_filter);
    row->addWidget(m_older);
    row->addWidget(m_verify);
    row->addWidget(m_exporting);
    connect(m_verify, &QToolButton::clicked, this, [this] { session().verifyAudit(); });
    connect(m_exporting, &QToolButton::clicked, this, &QuorumPanel::chooseFile);
    connect(m_older, &QToolButton::clicked, this, &QuorumPanel::loadOlder);
    return tools;
}

void QuorumPanel::showAlarm()
{
    const MemoryStore &memory = session().memory();
    QStringList alarms;
    if (!memory.status().halted.empty()) {
        alarms.append(u"■ MEMORY IS HALTED: "_s + text(memory.status().halted));
    }
    if (!m_auditFault.isEmpty()) {
        alarms.append(u"■ The audit log is not sound. "_s + m_auditFault);
    }
    for (const api::EvidenceView &each : memory.evidence()) {
        alarms.append(u"■ "_s + text(each.manager) + u" convicted of "_s + words(each.offence) + u" in slot "_s
                      + countText(each.slot) + u": "_s + text(each.sentence) + u" Evidence: "_s + text(each.file));
    }
    m_alarm->say(alarms.join(u'\n'));
    const std::size_t faults = memory.evidence().size();
    setCaption(!memory.status().halted.empty() ? u"Quorum audit (halted)"_s
                   : faults > 0                ? u"Quorum audit ("_s + plural(faults, "fault"_L1) + u')'
                                               : u"Quorum audit"_s);
}

void QuorumPanel::showEmpty()
{
    if (session().known() && !session().memory().enabled()) {
        m_table->emptyState()->setTexts(
            u"Memory is off in this session"_s,
            u"Nothing is proposed, voted on or recalled. The configuration's section memory turns it on."_s);
    } else if (!m_filter->text().isEmpty()) {
        m_table->emptyState()->setTexts(
            m_search.state() == SlotSearch::State::Running ? u"No slot that passes the filter yet"_s
                                                           : u"No slot passes the filter"_s,
            u"Words are joined by “and”: kind:add_episode silent:m2. Hover the filter for more."_s);
    } else {
        m_table->emptyState()->setTexts(
            u"No slot yet"_s,
            u"When a trade is closed, the engine proposes to remember it; the managers vote, and the slot appears here."_s);
    }
}

void QuorumPanel::showAudit(const api::AuditCheckView &check)
{
    using api::AuditState;
    m_verifying = check.state == AuditState::Running;
    showTools();
    const bool bad = check.state == AuditState::Bad || check.state == AuditState::Unreadable;
    const QString took = u" ("_s + numberText(check.seconds, 1) + u" s)"_s;
    switch (check.state) {
    case AuditState::Unchecked:
        m_auditLabel->clear();
        break;
    case AuditState::Running:
        m_auditLabel->setText(u"verifying "_s + percentText(check.progress, 0));
        break;
    case AuditState::Sound:
        m_auditLabel->setText(u"✓ sound: "_s + plural(check.slots, "slot"_L1) + took);
        break;
    case AuditState::Torn:
        m_auditLabel->setText(u"✓ sound, last record incomplete: "_s + plural(check.slots, "slot"_L1) + took);
        break;
    case AuditState::Bad:
    case AuditState::Unreadable:
        m_auditLabel->setText(u"✕ not sound"_s + took);
        break;
    }
    m_auditLabel->setToolTip(text(check.sentence));
    m_auditFault = bad ? text(check.sentence) : QString();
    showAlarm();
}

void QuorumPanel::tellExport(int rows, const QString &error)
{
    showTools();
    if (!error.isEmpty()) {
        Q_EMIT session().answered(false, u"Not exported: "_s + error);
        return;
    }
    const bool filtered = !m_filter->text().isEmpty();
    const bool whole =
        filtered ? m_search.state() == SlotSearch::State::Done : session().memory().quorum().oldest() <= 1;
    Q_EMIT session().answered(true,
                              u"Exported "_s + plural(static_cast<std::uint64_t>(rows), "slot"_L1) + u'.'
                                  + (whole          ? QString()
                                         : filtered ? u" The search has not gone through the whole log."_s
                                                    : u" Older slots are not loaded and not in the file."_s));
}

void QuorumPanel::chooseFile()
{
    auto *dialog = new QFileDialog(this, u"Export slots"_s, u"quorum-slots.csv"_s);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({u"CSV (*.csv)"_s, u"JSON (*.json)"_s});
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString &chosen) {
        dialog->setDefaultSuffix(chosen.startsWith(u"JSON"_s) ? u"json"_s : u"csv"_s);
    });
    dialog->setDefaultSuffix(u"csv"_s);
    dialog->selectFile(u"quorum-slots.csv"_s);
    connect(dialog, &QFileDialog::fileSelected, this, &QuorumPanel::exportTo);
    dialog->open();
}

void QuorumPanel::resizeEvent(QResizeEvent *event)
{
    Panel::resizeEvent(event);
    placeDrawer();
}

void QuorumPanel::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && m_slot != 0) {
        closeDrawer();
        return;
    }
    Panel::keyPressEvent(event);
}

} // namespace coinswarm::ui
