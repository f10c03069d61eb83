// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The slot that is looked at: its items, and what every manager said.
#include "models/quorum_text.h"
#include "panels/quorum_panel.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

/// From here on the drawer has room beside the table, else it opens below.
constexpr int kWide = 1'000;
constexpr int kTableShare = 62; ///< of a hundred

} // namespace

QWidget *QuorumPanel::makeDrawer()
{
    m_drawerFrame = new QWidget;
    auto *layout = new QVBoxLayout(m_drawerFrame);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_drawer = new QTextBrowser;
    m_drawer->setAccessibleName(u"Slot in detail"_s);
    m_drawer->setOpenLinks(false);
    m_drawer->document()->setDocumentMargin(8);
    m_drawerFrame->setMinimumHeight(60);
    auto *tools = new QHBoxLayout;
    tools->setContentsMargins(4, 2, 4, 2);
    auto *copy =
        makeButton(u"Copy commit"_s, u"Copy the commit of the slot"_s, u"The commit's whole id, hexadecimal"_s);
    auto *close = makeButton(u"✕"_s, u"Close the slot"_s, u"Close (Esc)"_s);
    tools->addWidget(copy);
    tools->addStretch(1);
    tools->addWidget(close);
    layout->addLayout(tools);
    layout->addWidget(m_drawer, 1);
    connect(copy, &QToolButton::clicked, this, [this] {
        const api::QuorumSlotView *slot = session().memory().slot(m_slot);
        QGuiApplication::clipboard()->setText(slot ? text(slot->commit) : QString());
    });
    connect(close, &QToolButton::clicked, this, &QuorumPanel::closeDrawer);
    return m_drawerFrame;
}

void QuorumPanel::showSlot(std::uint64_t slot)
{
    if (slot == m_slot) {
        return;
    }
    m_slot = slot;
    m_drawerFrame->show();
    placeDrawer();
    if (!session().memory().slot(slot)) {
        session().loadSlot(slot);
    }
    renderSlot();
    m_drawer->verticalScrollBar()->setValue(0);
}

void QuorumPanel::closeDrawer()
{
    m_slot = 0;
    m_drawerFrame->hide();
    m_table->selectKey(0);
    m_table->view()->setFocus();
}

void QuorumPanel::renderSlot()
{
    if (m_slot == 0) {
        return;
    }
    const MemoryStore &memory = session().memory();
    const api::QuorumSlotView *slot = memory.slot(m_slot);
    m_drawer->setProperty("slot", slot ? QVariant::fromValue(m_slot) : QVariant());
    if (slot) {
        m_drawer->setHtml(slotAsHtml(*slot, memory.quorum().convicted(), session().formats(), colors()));
    } else {
        m_drawer->setPlainText(u"Reading slot "_s + countText(m_slot) + u" from the audit log …"_s);
    }
}

/// Beside the table where both have room, else below it.
void QuorumPanel::placeDrawer()
{
    const Qt::Orientation wanted = width() >= kWide ? Qt::Horizontal : Qt::Vertical;
    if (m_drawerPlaced == wanted || m_drawerFrame->isHidden()) {
        return;
    }
    m_drawerPlaced = wanted;
    m_splitter->setOrientation(wanted);
    const int room = wanted == Qt::Horizontal ? width() : height();
    m_splitter->setSizes({room * kTableShare / 100, room * (100 - kTableShare) / 100});
}

} // namespace coinswarm::ui
