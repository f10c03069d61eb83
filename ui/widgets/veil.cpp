// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "widgets/veil.h"

#include <QtCore/QEvent>
#include <QtGui/QPainter>

namespace coinswarm::ui {

namespace {

constexpr int kRow = 24;
constexpr int kBar = 8;

} // namespace

Veil::Veil(QWidget *target) : QWidget(target)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    target->installEventFilter(this);
    hide();
}

void Veil::setColor(const QColor &color)
{
    m_color = color;
    update();
}

bool Veil::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == parentWidget() && (event->type() == QEvent::Resize || event->type() == QEvent::Show)) {
        setGeometry(parentWidget()->rect());
        raise();
    }
    return QWidget::eventFilter(watched, event);
}

void Veil::setWords(const QString &words, const QColor &line, const QColor &text)
{
    m_words = words;
    m_line = line;
    m_text = text;
    setAccessibleName(words);
    update();
}

void Veil::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_color);
    if (m_words.isEmpty()) {
        return;
    }
    const QRect words(16, height() / 2 - 20, width() - 32, 40);
    int number = 0;
    for (int y = kRow / 2; y + kBar < height(); y += kRow) {
        // Uneven lengths look like lines of something.
        const QRect bar(8, y, (width() - 16) * (52 + ++number * 23 % 41) / 100, kBar);
        if (!bar.intersects(words)) {
            painter.fillRect(bar, m_line);
        }
    }
    painter.setPen(m_text);
    painter.drawText(words, Qt::AlignCenter | Qt::TextWordWrap, m_words);
}

} // namespace coinswarm::ui
