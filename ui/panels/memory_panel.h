// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "charts/episode_map_view.h"
#include "charts/pattern_history.h"
#include "models/neighbours_model.h"
#include "panels/panel.h"
#include "widgets/alarm_band.h"
#include "widgets/elided_label.h"
#include "widgets/record_table.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QTabBar>

namespace coinswarm::ui {

/// Memory explorer: episodes on a map with the present state and its ten neighbours, and the patterns with all their
/// statistics and their history.
class MemoryPanel : public Panel
{
    Q_OBJECT

public:
    explicit MemoryPanel(const PanelContext &context, QWidget *parent = nullptr);

    void showTab(int index) { m_tabs->setCurrentIndex(index); }
    EpisodeMapView *map() const { return m_map; }
    RecordTable *neighbours() const { return m_neighbourTable; }
    RecordTable *patterns() const { return m_patternTable; }
    QComboBox *coloring() const { return m_coloring; }
    QComboBox *instrument() const { return m_instrument; }
    QString summary() const { return m_summary->text(); }
    QString chosen() const { return m_chosen->text(); }
    EmptyState *empty() const { return m_empty; }
    bool showsEmpty() const { return m_pages->currentWidget() == m_empty; }

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeTools();
    void fillInstruments();
    void showRecall();
    void showEpisode(EpisodeId episode);
    void showPage();

    NeighboursModel m_neighbours;
    AlarmBand *m_alarm;
    EpisodeMapView *m_map;
    RecordTable *m_neighbourTable;
    RecordTable *m_patternTable;
    PatternHistory *m_history;
    ElidedLabel *m_summary;
    ElidedLabel *m_chosen;
    EmptyState *m_empty;
    QSplitter *m_mapPage;
    QSplitter *m_patternPage;
    QStackedLayout *m_pages;
    QTabBar *m_tabs;
    QComboBox *m_instrument;
    QComboBox *m_coloring;
};

} // namespace coinswarm::ui
