// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "charts/episode_map_view.h"

#include "charts/episode_mark.h"
#include "models/neighbours_model.h"
#include "theme/fonts.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QToolTip>

#include <cmath>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

constexpr double kMark = 3.5; ///< half a point's size
constexpr double kReach = 9; ///< how far from a point the mouse still means it
/// What shares a cell of so many pixels cannot be told apart; a few on top of each other show that there are more.
constexpr int kCell = 3;
constexpr int kMostInCell = 2;
constexpr double kMargin = 24;
constexpr double kLegendHeight = 18;
constexpr double kStrongShare = 0.9; ///< of the rewards do not have the full colour

QString neighboursNote(int shown, std::size_t of)
{
    return QString::number(shown) + u" of "_s + QString::number(of) + u" neighbours are on the map"_s;
}

} // namespace

QString episodeText(const api::EpisodeView &episode, const MemoryStore &memory)
{
    const EpisodeTags &tags = episode.tags;
    const QString pattern = memory.patternName(tags.pattern);
    return u"episode "_s + countText(episode.id.value) + u": "_s + actionText(tags.action) + u' ' + text(tags.symbol)
        + u", earned "_s + percentText(tags.reward, 2, Sign::Always) + u", "_s + regimeText(tags)
        + (pattern.isEmpty() ? u", no pattern"_s : u", "_s + pattern) + u", closed "_s + dayTimeText(tags.time, false)
        + u" UTC, slot "_s + countText(episode.slot);
}

EpisodeMapView::EpisodeMapView(MemoryStore &memory, const Preferences &preferences, QWidget *parent)
    : QWidget(parent), m_memory(memory), m_preferences(preferences)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(u"Map of episodes"_s);
    setAccessibleDescription(u"Plus and minus zoom, arrows move, 0 shows all; the list of neighbours says the same."_s);
    const auto changed = [this] {
        if (m_fitted) {
            fit();
        }
        invalidate();
    };
    connect(&memory, &MemoryStore::episodesChanged, this, changed);
    connect(&memory, &MemoryStore::recallsChanged, this, qOverload<>(&QWidget::update));
    connect(&preferences, &Preferences::changed, this, &EpisodeMapView::invalidate);
    changed();
}

void EpisodeMapView::setInstrument(InstrumentId instrument)
{
    m_instrument = instrument;
    update();
}

void EpisodeMapView::setColoring(EpisodeColoring coloring)
{
    m_coloring = coloring;
    invalidate();
}

void EpisodeMapView::select(EpisodeId episode)
{
    m_selected = episode;
    update();
}

void EpisodeMapView::invalidate()
{
    m_points = {};
    update();
}

void EpisodeMapView::showAll()
{
    m_fitted = true;
    fit();
    invalidate();
}

void EpisodeMapView::fit()
{
    double left = -1;
    double right = 1;
    double top = -1;
    double bottom = 1;
    const std::vector<api::EpisodeView> &all = m_memory.episodes();
    if (!all.empty()) {
        left = right = all.front().x;
        top = bottom = all.front().y;
    }
    for (const api::EpisodeView &episode : all) {
        left = std::min(left, episode.x);
        right = std::max(right, episode.x);
        top = std::min(top, episode.y);
        bottom = std::max(bottom, episode.y);
    }
    m_centre = {(left + right) / 2, (top + bottom) / 2};
    const double across = std::max(right - left, 0.05);
    const double down = std::max(bottom - top, 0.05);
    m_scale =
        std::max(1.0, std::min((width() - 2 * kMargin) / across, (height() - kLegendHeight - 2 * kMargin) / down));
}

QPointF EpisodeMapView::place(double x, double y) const
{
    return {width() / 2.0 + (x - m_centre.x()) * m_scale,
            (height() - kLegendHeight) / 2.0 - (y - m_centre.y()) * m_scale};
}

EpisodeId EpisodeMapView::episodeAt(const QPointF &at) const
{
    EpisodeId nearest;
    double best = kReach * kReach;
    for (const api::EpisodeView &episode : m_memory.episodes()) {
        const QPointF away = place(episode.x, episode.y) - at;
        const double distance = QPointF::dotProduct(away, away);
        if (distance <= best) {
            best = distance;
            nearest = episode.id;
        }
    }
    return nearest;
}

void EpisodeMapView::drawPoints(QPainter &painter)
{
    const Colors &c = m_preferences.colors();
    painter.setRenderHint(QPainter::Antialiasing);
    const QPointF origin = place(0, 0);
    painter.setPen(c.line);
    painter.drawLine(QLineF(0, std::round(origin.y()) + 0.5, width(), std::round(origin.y()) + 0.5));
    painter.drawLine(QLineF(std::round(origin.x()) + 0.5, 0, std::round(origin.x()) + 0.5, height()));
    const std::vector<api::EpisodeView> &all = m_memory.episodes();
    std::vector<double> rewards;
    rewards.reserve(all.size());
    for (const api::EpisodeView &episode : all) {
        rewards.push_back(std::abs(episode.tags.reward));
    }
    if (!rewards.empty()) {
        const auto at =
            rewards.begin() + static_cast<std::ptrdiff_t>(static_cast<double>(rewards.size() - 1) * kStrongShare);
        std::nth_element(rewards.begin(), at, rewards.end());
        m_strongest = std::max(*at, 1e-6);
    }
    // The newest win the cells that many share.
    const int columns = width() / kCell + 1;
    const int rows = height() / kCell + 1;
    std::vector<std::uint8_t> taken(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
    m_drawn = 0;
    for (auto episode = all.rbegin(); episode != all.rend(); ++episode) {
        const QPointF at = place(episode->x, episode->y);
        if (at.x() < 0 || at.y() < 0 || at.x() >= width() || at.y() >= height()) {
            continue;
        }
        std::uint8_t &count = taken[static_cast<std::size_t>(static_cast<int>(at.y()) / kCell * columns
                                                             + static_cast<int>(at.x()) / kCell)];
        if (count >= kMostInCell) {
            continue;
        }
        ++count;
        ++m_drawn;
        drawMark(painter, at, markOf(*episode, m_coloring, m_strongest, c), kMark);
    }
}

void EpisodeMapView::drawPresent(QPainter &painter) const
{
    const Colors &c = m_preferences.colors();
    const api::RecallView *recall = m_memory.recall(m_instrument);
    if (!recall) {
        return;
    }
    const QPointF here = place(recall->x, recall->y);
    for (const Neighbour &neighbour : recall->recall.neighbours) {
        if (const api::EpisodeView *episode = m_memory.episode(neighbour.episode)) {
            const QPointF there = place(episode->x, episode->y);
            painter.setPen(QPen(mixed(c.surface, c.accent, 0.7), 1));
            painter.drawLine(here, there);
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(mixed(c.surface, c.text, 0.75), 1));
            painter.drawEllipse(there, kMark + 2.5, kMark + 2.5);
        }
    }
    painter.setPen(QPen(c.surface, 5));
    for (int pass = 0; pass < 2; ++pass) {
        painter.drawLine(here + QPointF(-8, 0), here + QPointF(8, 0));
        painter.drawLine(here + QPointF(0, -8), here + QPointF(0, 8));
        painter.setPen(QPen(c.accent, 2.4));
    }
    const TabularFont font(uiFont(kSecondaryPixels, QFont::DemiBold));
    const double width = font.width(u"now"_s) + 6;
    const QRectF label(here.x() + 8, here.y() - 18, width, 15);
    painter.fillRect(label, mixed(c.surface, c.accent, 0.18));
    painter.setPen(c.text);
    font.draw(painter, label, u"now"_s, Qt::AlignHCenter);
}

void EpisodeMapView::drawLegend(QPainter &painter) const
{
    const Colors &c = m_preferences.colors();
    const TabularFont font(uiFont(kSecondaryPixels));
    const double top = height() - kLegendHeight;
    painter.fillRect(QRectF(0, top, width(), kLegendHeight), c.surface);
    double x = 12;
    for (const LegendEntry &entry : legendOf(m_coloring, c)) {
        const double wide = font.width(entry.words);
        if (x + wide + 12 > width()) {
            return;
        }
        drawMark(painter, {x, top + kLegendHeight / 2}, entry.mark, kMark + 0.5);
        painter.setPen(c.muted);
        font.draw(painter, QRectF(x + 9, top, wide + 2, kLegendHeight), entry.words, Qt::AlignLeft);
        x += wide + 26;
    }
    if (const api::RecallView *recall = m_memory.recall(m_instrument)) {
        int shown = 0;
        for (const Neighbour &neighbour : recall->recall.neighbours) {
            shown += m_memory.episode(neighbour.episode) ? 1 : 0;
        }
        const QString note = neighboursNote(shown, recall->recall.neighbours.size());
        if (x + font.width(note) + 12 < width()) {
            painter.setPen(c.muted);
            font.draw(painter, QRectF(x, top, width() - x - 8, kLegendHeight), note, Qt::AlignRight);
        }
    }
}

void EpisodeMapView::paintEvent(QPaintEvent *)
{
    const double ratio = devicePixelRatioF();
    if (m_points.isNull()) {
        m_points = QPixmap(size() * ratio);
        m_points.setDevicePixelRatio(ratio);
        m_points.fill(m_preferences.colors().surface);
        QPainter painter(&m_points);
        drawPoints(painter);
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_points);
    painter.setRenderHint(QPainter::Antialiasing);
    drawPresent(painter);
    if (const api::EpisodeView *chosen = m_memory.episode(m_selected)) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(m_preferences.colors().accent, 2.5));
        painter.drawEllipse(place(chosen->x, chosen->y), kMark + 4, kMark + 4);
    }
    drawLegend(painter);
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(m_preferences.colors().accent);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void EpisodeMapView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (m_fitted) {
        fit();
    }
    invalidate();
}

void EpisodeMapView::zoom(double factor, const QPointF &at)
{
    const QPointF before((at.x() - width() / 2.0) / m_scale, -(at.y() - (height() - kLegendHeight) / 2.0) / m_scale);
    m_scale = std::clamp(m_scale * factor, 10.0, 1e6);
    const QPointF after((at.x() - width() / 2.0) / m_scale, -(at.y() - (height() - kLegendHeight) / 2.0) / m_scale);
    m_centre += before - after; // what is under the cursor stays there
    m_fitted = false;
    invalidate();
}

void EpisodeMapView::pan(const QPointF &by)
{
    m_centre += QPointF(-by.x(), by.y()) / m_scale;
    m_fitted = false;
    invalidate();
}

void EpisodeMapView::wheelEvent(QWheelEvent *event)
{
    zoom(std::pow(1.2, event->angleDelta().y() / 120.0), event->position());
    event->accept();
}

void EpisodeMapView::mousePressEvent(QMouseEvent *event)
{
    m_press = event->position();
    m_drag = event->position();
}

void EpisodeMapView::mouseMoveEvent(QMouseEvent *event)
{
    if (m_drag && event->buttons().testFlag(Qt::LeftButton)) {
        pan(event->position() - *m_drag);
        m_drag = event->position();
    }
}

void EpisodeMapView::mouseReleaseEvent(QMouseEvent *event)
{
    m_drag.reset();
    const QPointF moved = event->position() - m_press;
    if (event->button() == Qt::LeftButton && moved.manhattanLength() < 4) {
        select(episodeAt(event->position()));
        Q_EMIT picked(m_selected);
    }
}

void EpisodeMapView::mouseDoubleClickEvent(QMouseEvent *)
{
    showAll();
}

void EpisodeMapView::keyPressEvent(QKeyEvent *event)
{
    constexpr double kStep = 40;
    const QPointF middle(width() / 2.0, (height() - kLegendHeight) / 2.0);
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoom(1.25, middle);
        break;
    case Qt::Key_Minus:
        zoom(0.8, middle);
        break;
    case Qt::Key_0:
    case Qt::Key_Home:
        showAll();
        break;
    case Qt::Key_Left:
        pan({kStep, 0});
        break;
    case Qt::Key_Right:
        pan({-kStep, 0});
        break;
    case Qt::Key_Up:
        pan({0, kStep});
        break;
    case Qt::Key_Down:
        pan({0, -kStep});
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

bool EpisodeMapView::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        const api::EpisodeView *episode = m_memory.episode(episodeAt(help->pos()));
        QToolTip::showText(help->globalPos(),
                           episode ? episodeText(*episode, m_memory).replace(u", "_s, u"\n"_s) : QString(), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace coinswarm::ui
