// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "opening_window.h"

#include "models/format.h"
#include "theme/fonts.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

constexpr int kTopBar = 44;
constexpr int kHeader = 28;
constexpr int kCardWidth = 420;

} // namespace

OpeningWindow::OpeningWindow(Preferences &preferences, QWidget *parent)
    : QWidget(parent),
      m_colors(preferences.colors()),
      m_stage(new QLabel(this)),
      m_time(new QLabel(this)),
      m_cancel(new QPushButton(u"Cancel and quit"_s, this))
{
    setWindowTitle(u"Coinswarm"_s);
    setAccessibleName(u"The session is being opened"_s);
    setAttribute(Qt::WA_OpaquePaintEvent);
    if (!restoreGeometry(preferences.settings().value("window/geometry").toByteArray())) {
        resize(1440, 900);
    }
    auto *card = new QWidget(this);
    card->setObjectName(u"openingCard"_s);
    card->setAttribute(Qt::WA_StyledBackground);
    card->setFixedWidth(kCardWidth);
    card->setStyleSheet(u"#openingCard { background: %1; border: 1px solid %2; border-radius: 4px; }"_s.arg(
        m_colors.raised.name(), m_colors.line.name()));
    auto *title = new QLabel(u"Opening the session"_s, card);
    title->setFont(uiFont(kTextPixels, QFont::DemiBold));
    m_stage->setText(u"starting"_s);
    m_stage->setWordWrap(true);
    m_stage->setAccessibleName(u"What is being done"_s);
    m_time->setProperty("role", u"secondary"_s);
    auto *bar = new QProgressBar(card);
    bar->setRange(0, 0); // how long it takes is not known; the words above say how far it is
    bar->setTextVisible(false);
    bar->setFixedHeight(4);
    bar->setAccessibleName(u"Opening"_s);
    m_cancel->setAccessibleName(u"Cancel and quit"_s);
    m_cancel->setToolTip(u"Leaves without trading. The session stays as it was left last time."_s);
    auto *inside = new QVBoxLayout(card);
    inside->setContentsMargins(20, 16, 20, 16);
    inside->setSpacing(8);
    for (QWidget *part : std::initializer_list<QWidget *>{title, m_stage, bar, m_time}) {
        inside->addWidget(part);
    }
    inside->addWidget(m_cancel, 0, Qt::AlignRight);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(card, 0, Qt::AlignCenter);
    connect(m_cancel, &QPushButton::clicked, this, &OpeningWindow::cancelled);
    connect(&m_tick, &QTimer::timeout, this, &OpeningWindow::showTime);
    m_since.start();
    m_tick.start(1'000);
    showTime();
    setFocus(); // a key that was meant for something else must not cancel
}

void OpeningWindow::setStage(const QString &what)
{
    m_stage->setText(what);
}

void OpeningWindow::showTime()
{
    const qint64 seconds = m_since.elapsed() / 1'000;
    m_time->setText(seconds < 2 ? QString() : u"for "_s + QString::number(seconds) + u" s"_s);
}

void OpeningWindow::paintEvent(QPaintEvent *)
{
    // The panels of the trading layout, empty, where they are going to be.
    QPainter painter(this);
    painter.fillRect(rect(), m_colors.surface);
    painter.fillRect(QRect(0, 0, width(), kTopBar), m_colors.raised);
    const int body = height() - kTopBar;
    const int first = kTopBar + body * 53 / 100;
    const int second = kTopBar + body * 82 / 100;
    const int w = width();
    const QRect panels[]{
        QRect(0, kTopBar, w * 66 / 100, first - kTopBar),
        QRect(w * 66 / 100, kTopBar, w - w * 66 / 100, first - kTopBar),
        QRect(0, first, w * 36 / 100, second - first),
        QRect(w * 36 / 100, first, w * 38 / 100, second - first),
        QRect(w * 74 / 100, first, w - w * 74 / 100, second - first),
        QRect(0, second, w * 48 / 100, height() - second),
        QRect(w * 48 / 100, second, w - w * 48 / 100, height() - second),
    };
    const QColor ghost = mixed(m_colors.surface, m_colors.line, 0.7);
    for (const QRect &panel : panels) {
        painter.fillRect(panel.adjusted(0, 0, -1, 0).intersected(QRect(panel.topLeft(), QSize(panel.width(), kHeader))),
                         m_colors.raised);
        painter.fillRect(panel.left() + 8, panel.top() + 10, std::min(96, panel.width() / 3), 8, ghost);
        for (int y = panel.top() + kHeader + 12; y + 8 < panel.bottom(); y += 24) {
            painter.fillRect(panel.left() + 8, y, (panel.width() - 16) * (55 + (y * 7) % 40) / 100, 8,
                             mixed(m_colors.surface, m_colors.line, 0.35));
        }
        painter.setPen(m_colors.line);
        painter.drawRect(panel.adjusted(-1, -1, -1, -1));
    }
    painter.fillRect(16, 16, 64, 12, ghost);
    painter.fillRect(112, 16, 320, 12, ghost);
}

void OpeningWindow::closeEvent(QCloseEvent *event)
{
    Q_EMIT cancelled();
    QWidget::closeEvent(event);
}

void OpeningWindow::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape) {
        Q_EMIT cancelled();
        return;
    }
    QWidget::keyPressEvent(event);
}

} // namespace coinswarm::ui
