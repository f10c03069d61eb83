// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtCore/QString>
#include <QtGui/QColor>
#include <QtWidgets/QWidget>

namespace coinswarm::ui {

/// Dims the widget it covers without taking its mouse: what is below is old. With words it hides the widget behind the
/// outline of something that is not there yet. GUI thread.
class Veil : public QWidget
{
    Q_OBJECT

public:
    /// Covers `target`, its parent, and follows its size. Hidden at first.
    explicit Veil(QWidget *target);

    void setColor(const QColor &color);
    /// Empty to dim only. `line` draws the outline, `text` the words.
    void setWords(const QString &words, const QColor &line, const QColor &text);
    QString words() const { return m_words; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    QColor m_color;
    QString m_words;
    QColor m_line;
    QColor m_text;
};

} // namespace coinswarm::ui
