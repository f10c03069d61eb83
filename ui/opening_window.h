// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/preferences.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QTimer>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QWidget>

namespace coinswarm::ui {

/// What is there from the first moment while the engine is being opened: the outline of the desktop, what is being
/// done, for how long already, and a way out. Closing it is the same as cancelling. GUI thread.
class OpeningWindow : public QWidget
{
    Q_OBJECT

public:
    explicit OpeningWindow(Preferences &preferences, QWidget *parent = nullptr);

    /// "reading the journal"
    void setStage(const QString &what);
    QString stage() const { return m_stage->text(); }
    QPushButton *cancelButton() const { return m_cancel; }

Q_SIGNALS:
    void cancelled();

protected:
    void paintEvent(QPaintEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void showTime();

    const Colors m_colors;
    QLabel *m_stage;
    QLabel *m_time;
    QPushButton *m_cancel;
    QElapsedTimer m_since;
    QTimer m_tick;
};

} // namespace coinswarm::ui
