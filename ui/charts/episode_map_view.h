// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/memory_store.h"
#include "theme/preferences.h"

#include <QtGui/QPixmap>
#include <QtWidgets/QWidget>

namespace coinswarm::ui {

enum class EpisodeColoring : unsigned char { Reward, Volatility, Trend, Pattern };

/// Episodes as points in a plane in which alike states are near, with the present state and lines to its neighbours. The
/// wheel zooms at the cursor, dragging pans, a double click shows all; shape says what colour says. GUI thread.
class EpisodeMapView : public QWidget
{
    Q_OBJECT

public:
    /// Both outlive it.
    EpisodeMapView(MemoryStore &memory, const Preferences &preferences, QWidget *parent = nullptr);

    void setInstrument(InstrumentId instrument);
    void setColoring(EpisodeColoring coloring);
    /// Marks an episode without picking it; 0 marks none.
    void select(EpisodeId episode);
    EpisodeId selected() const { return m_selected; }
    /// The episode drawn nearest to a place, within a few pixels; 0 if there is none.
    EpisodeId episodeAt(const QPointF &at) const;
    /// Where a point of the map is on the screen.
    QPointF place(double x, double y) const;
    /// Points drawn in the last picture: fewer than there are where many share their pixels.
    int drawn() const { return m_drawn; }
    void showAll();

    QSize minimumSizeHint() const override { return {200, 120}; }

Q_SIGNALS:
    void picked(coinswarm::EpisodeId episode);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;

private:
    void invalidate();
    void fit();
    void zoom(double factor, const QPointF &at);
    void pan(const QPointF &by);
    void drawPoints(QPainter &painter);
    void drawPresent(QPainter &painter) const;
    void drawLegend(QPainter &painter) const;

    MemoryStore &m_memory;
    const Preferences &m_preferences;
    InstrumentId m_instrument;
    EpisodeColoring m_coloring = EpisodeColoring::Reward;
    EpisodeId m_selected;
    QPixmap m_points; ///< everything that does not follow the mouse
    double m_scale = 1; ///< pixels per unit
    QPointF m_centre; ///< of the map, in its units
    bool m_fitted = true; ///< follows the data until somebody zooms or pans
    std::optional<QPointF> m_drag;
    QPointF m_press;
    double m_strongest = 0.01; ///< reward that has the full colour
    int m_drawn = 0;
};

/// "episode 812: ▲ BUY BTC-USDT, earned +0.42 %, …"
QString episodeText(const api::EpisodeView &episode, const MemoryStore &memory);

} // namespace coinswarm::ui
