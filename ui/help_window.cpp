// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "help_window.h"

#include <QtCore/QFile>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

HelpWindow::HelpWindow(QWidget *parent) : QDialog(parent), m_browser(new QTextBrowser(this))
{
    setWindowTitle(u"Coinswarm help"_s);
    resize(560, 640);
    m_browser->setAccessibleName(u"Help page"_s);
    m_browser->setOpenLinks(false);
    m_browser->document()->setDocumentMargin(16);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_browser);
    connect(m_browser, &QTextBrowser::anchorClicked, this,
            [this](const QUrl &url) { showPage(url.fileName().remove(u".md"_s)); });
}

void HelpWindow::showPage(const QString &panelId)
{
    QFile file(u":/coinswarm/help/"_s + panelId + u".md"_s);
    m_page = panelId;
    if (!file.exists()) {
        file.setFileName(u":/coinswarm/help/overview.md"_s);
        m_page = u"overview"_s;
    }
    if (file.open(QIODevice::ReadOnly)) {
        m_browser->setMarkdown(QString::fromUtf8(file.readAll()));
    }
    show();
    raise();
}

} // namespace coinswarm::ui
