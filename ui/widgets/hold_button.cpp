// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "widgets/hold_button.h"

#include "theme/fonts.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

HoldButton::HoldButton(const QString &text, std::chrono::milliseconds hold, QWidget *parent)
    : QAbstractButton(parent), m_hold(hold)
{
    setText(text);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(text);
    setAccessibleDescription(u"Hold for "_s + QString::number(static_cast<double>(hold.count()) / 1000.0) + u" s"_s);
    m_timer.setInterval(16);
    connect(&m_timer, &QTimer::timeout, this, &HoldButton::tick);
}

void HoldButton::setFill(const QColor &fill)
{
    m_fill = fill;
    update();
}

void HoldButton::setQuiet(bool quiet)
{
    m_quiet = quiet;
    update();
}

void HoldButton::setColors(const Colors &colors)
{
    m_colors = colors;
    update();
}

void HoldButton::setArmed(bool armed)
{
    m_armed = armed;
    update();
}

double HoldButton::progress() const
{
    return m_timer.isActive()
        ? std::min(1.0, static_cast<double>(m_since.elapsed()) / static_cast<double>(m_hold.count()))
        : 0;
}

void HoldButton::begin()
{
    if (m_timer.isActive() || !isEnabled()) {
        return;
    }
    m_since.start();
    m_timer.start();
    Q_EMIT holdStarted();
    update();
}

void HoldButton::cancel()
{
    if (!m_timer.isActive()) {
        return;
    }
    m_timer.stop();
    Q_EMIT holdAborted();
    update();
}

void HoldButton::tick()
{
    update();
    if (m_since.elapsed() >= m_hold.count()) {
        m_timer.stop();
        Q_EMIT held();
    }
}

QSize HoldButton::sizeHint() const
{
    const QFontMetrics metrics(font());
    return {metrics.horizontalAdvance(text()) + 28, 28};
}

void HoldButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    const QColor base = !isEnabled() ? m_colors.raised
        : m_quiet                    ? mixed(m_colors.raised, m_fill, underMouse() ? 0.22 : 0.12)
                                     : m_fill;
    painter.setPen(QPen(hasFocus()        ? m_colors.text
                            : isEnabled() ? m_fill
                                          : m_colors.line,
                        hasFocus() || m_armed ? 2 : 1));
    painter.setBrush(base);
    painter.drawRoundedRect(box, 3, 3);
    QColor textColor = !isEnabled() ? m_colors.muted : m_quiet ? m_colors.text : QColor(Qt::white);
    if (!m_quiet && isEnabled() && contrast(m_fill, Qt::white) < 4.0) {
        textColor = QColor(0x10, 0x12, 0x16);
    }
    if (progress() > 0) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_quiet ? m_fill : mixed(m_fill, m_colors.dark ? QColor(Qt::white) : QColor(Qt::black), 0.35));
        QRectF done = box;
        done.setWidth(box.width() * progress());
        painter.drawRoundedRect(done, 3, 3);
    }
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    painter.setFont(bold);
    painter.setPen(textColor);
    painter.drawText(rect(), Qt::AlignCenter, text());
}

void HoldButton::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton) {
        begin();
    }
}

void HoldButton::mouseReleaseEvent(QMouseEvent *)
{
    cancel();
}

void HoldButton::keyPressEvent(QKeyEvent *event)
{
    const bool activates =
        event->key() == Qt::Key_Space || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (!activates) {
        QAbstractButton::keyPressEvent(event);
    } else if (!event->isAutoRepeat()) {
        begin();
    }
}

void HoldButton::keyReleaseEvent(QKeyEvent *event)
{
    if (event->isAutoRepeat()) {
        return;
    }
    const bool activates =
        event->key() == Qt::Key_Space || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (activates) {
        cancel();
    } else {
        QAbstractButton::keyReleaseEvent(event);
    }
}

void HoldButton::focusOutEvent(QFocusEvent *event)
{
    cancel();
    QAbstractButton::focusOutEvent(event);
}

void HoldButton::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::EnabledChange && !isEnabled()) {
        cancel();
    }
    QAbstractButton::changeEvent(event);
}

} // namespace coinswarm::ui
