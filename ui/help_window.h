// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtWidgets/QDialog>
#include <QtWidgets/QTextBrowser>

namespace coinswarm::ui {

/// Offline help: one page per panel, from the program's resources.
class HelpWindow : public QDialog
{
    Q_OBJECT

public:
    explicit HelpWindow(QWidget *parent = nullptr);

    /// The page of a panel, or the overview if there is none of that name.
    void showPage(const QString &panelId);
    QString page() const { return m_page; }

private:
    QTextBrowser *m_browser;
    QString m_page;
};

} // namespace coinswarm::ui
