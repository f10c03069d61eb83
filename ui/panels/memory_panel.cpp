// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "panels/memory_panel.h"

#include <QtGui/QResizeEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

/// So much wider than high, and the neighbours are beside the map, else below.
constexpr double kWide = 1.3;
constexpr int kMapShare = 56; ///< of a hundred

} // namespace

MemoryPanel::MemoryPanel(const PanelContext &context, QWidget *parent)
    : Panel(context, u"memory"_s, u"Memory explorer"_s, parent),
      m_neighbours(context.session.formats()),
      m_alarm(new AlarmBand(context.preferences, u"What is wrong with memory"_s, this)),
      m_map(new EpisodeMapView(context.session.memory(), context.preferences, this)),
      m_neighbourTable(new RecordTable(m_neighbours, context.preferences, u"Neighbours of the present state"_s, this)),
      m_patternTable(new RecordTable(context.session.memory().patterns(), context.preferences, u"Patterns"_s, this)),
      m_history(new PatternHistory(context.session.memory(), context.preferences, this)),
      m_summary(new ElidedLabel(this)),
      m_chosen(new ElidedLabel(this)),
      m_empty(new EmptyState(this)),
      m_mapPage(new QSplitter(Qt::Horizontal)),
      m_patternPage(new QSplitter(Qt::Vertical)),
      m_pages(new QStackedLayout),
      m_tabs(new QTabBar),
      m_instrument(new QComboBox),
      m_coloring(new QComboBox)
{
    auto *right = new QWidget;
    auto *column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    for (ElidedLabel *label : {m_summary, m_chosen}) {
        label->setContentsMargins(8, 4, 8, 4);
        label->setProperty("role", u"secondary"_s);
    }
    m_summary->setAccessibleName(u"What the neighbours earned"_s);
    m_chosen->setAccessibleName(u"Chosen episode"_s);
    column->addWidget(m_summary);
    column->addWidget(m_neighbourTable, 1);
    column->addWidget(m_chosen);
    right->setMinimumHeight(90);
    m_mapPage->addWidget(m_map);
    m_mapPage->addWidget(right);
    m_patternPage->addWidget(m_patternTable);
    m_patternPage->addWidget(m_history);
    m_patternPage->setStretchFactor(0, 1);
    m_patternPage->setStretchFactor(1, 0);
    for (QSplitter *page : {m_mapPage, m_patternPage}) {
        page->setHandleWidth(1);
        page->setChildrenCollapsible(false);
    }
    m_mapPage->setStretchFactor(0, 3);
    m_mapPage->setStretchFactor(1, 2);
    m_pages->setContentsMargins(0, 0, 0, 0);
    m_pages->addWidget(m_mapPage);
    m_pages->addWidget(m_patternPage);
    m_pages->addWidget(m_empty);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_alarm);
    layout->addLayout(m_pages, 1);
    setHeaderTools(makeTools());
    m_patternTable->emptyState()->setTexts(
        u"No pattern yet"_s,
        u"When enough episodes that began alike had the same side, the engine proposes a pattern."_s);
    m_neighbourTable->emptyState()->setTexts(
        u"Nothing recalled yet"_s, u"Memory is asked for the ten most alike episodes whenever a bar closes."_s);

    connect(m_map, &EpisodeMapView::picked, this, &MemoryPanel::showEpisode);
    connect(m_neighbourTable->view()->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &current) {
                if (current.isValid()) {
                    showEpisode(EpisodeId(current.data(RecordModelBase::KeyRole).toULongLong()));
                }
            });
    connect(m_patternTable->view()->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &current) {
                m_history->show(PatternId(current.data(RecordModelBase::KeyRole).toULongLong()));
            });
    const MemoryStore &memory = session().memory();
    connect(&memory, &MemoryStore::recallsChanged, this, &MemoryPanel::showRecall);
    connect(&memory, &MemoryStore::patternsChanged, this, &MemoryPanel::showRecall);
    connect(&memory, &MemoryStore::statusChanged, this, &MemoryPanel::showPage);
    connect(&memory, &MemoryStore::episodesChanged, this, &MemoryPanel::showPage);
    connect(&session(), &SessionStore::infoChanged, this, &MemoryPanel::fillInstruments);
    connect(&session(), &SessionStore::instrumentSelected, this, [this](InstrumentId instrument) {
        m_instrument->setCurrentIndex(m_instrument->findData(instrument.value));
    });
    fillInstruments();
    showPage();
}

QWidget *MemoryPanel::makeTools()
{
    auto *tools = new QWidget;
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    m_tabs->addTab(u"Map"_s);
    m_tabs->addTab(u"Patterns"_s);
    m_tabs->setAccessibleName(u"Map of episodes or list of patterns"_s);
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_instrument->setAccessibleName(u"Instrument of the present state"_s);
    m_instrument->setToolTip(u"Whose present state is shown, with its neighbours"_s);
    m_coloring->addItems({u"By reward"_s, u"By volatility"_s, u"By trend"_s, u"By pattern"_s});
    m_coloring->setAccessibleName(u"Colour of the episodes"_s);
    m_coloring->setToolTip(u"What colour and shape of the episodes say"_s);
    row->addWidget(m_tabs);
    row->addStretch(1);
    row->addWidget(m_instrument);
    row->addWidget(m_coloring);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        m_instrument->setVisible(tab == 0);
        m_coloring->setVisible(tab == 0);
        showPage();
    });
    connect(m_coloring, &QComboBox::currentIndexChanged, this,
            [this](int index) { m_map->setColoring(static_cast<EpisodeColoring>(index)); });
    connect(m_instrument, &QComboBox::currentIndexChanged, this, &MemoryPanel::showRecall);
    return tools;
}

void MemoryPanel::fillInstruments()
{
    const QVariant before = m_instrument->currentData();
    {
        const QSignalBlocker blocker(m_instrument);
        m_instrument->clear();
        for (const Instrument &each : session().info().instruments) {
            m_instrument->addItem(text(each.symbol), each.id.value);
        }
        m_instrument->setCurrentIndex(std::max(0, m_instrument->findData(before)));
    }
    showRecall();
}

void MemoryPanel::showRecall()
{
    const InstrumentId instrument(m_instrument->currentData().toUInt());
    m_map->setInstrument(instrument);
    const MemoryStore &memory = session().memory();
    const api::RecallView *recall = memory.recall(instrument);
    std::vector<NeighbourRow> rows;
    double sum = 0;
    int won = 0;
    if (recall) {
        for (const Neighbour &neighbour : recall->recall.neighbours) {
            rows.push_back({static_cast<int>(rows.size()) + 1, neighbour, memory.patternName(neighbour.tags.pattern),
                            session().status().now});
            sum += neighbour.tags.reward;
            won += neighbour.tags.reward > 0 ? 1 : 0;
        }
    }
    m_neighbours.assign(rows);
    if (!recall) {
        m_summary->setText(u"Memory has not been asked for this instrument yet"_s);
    } else if (!recall->recall.unavailable.empty()) {
        m_summary->setText(u"▲ Memory did not answer: "_s + text(recall->recall.unavailable));
    } else if (rows.empty()) {
        m_summary->setText(u"Memory is still empty"_s);
    } else {
        m_summary->setText(plural(rows.size(), "neighbour"_L1) + u", "_s + QString::number(won) + u" earned, mean "_s
                           + percentText(sum / static_cast<double>(rows.size()), 2, Sign::Always) + u" · "_s
                           + session().formats().symbol(instrument) + u", as of slot "_s
                           + countText(recall->recall.slot));
    }
}

void MemoryPanel::showEpisode(EpisodeId episode)
{
    m_map->select(episode);
    m_neighbourTable->selectKey(episode.value);
    const api::EpisodeView *found = session().memory().episode(episode);
    m_chosen->setText(found         ? episodeText(*found, session().memory())
                          : episode ? u"episode "_s + countText(episode.value) + u" is older than the map"_s
                                    : QString());
    m_chosen->setToolTip(m_chosen->text());
}

void MemoryPanel::showPage()
{
    const MemoryStore &memory = session().memory();
    m_alarm->say(memory.status().halted.empty() ? QString()
                                                : u"■ MEMORY IS HALTED: "_s + text(memory.status().halted)
                         + u" What is shown is what it knew then."_s);
    if (!memory.enabled()) {
        m_empty->setTexts(u"Memory is off in this session"_s,
                          u"Nothing is remembered or recalled. The configuration's section memory turns it on."_s);
        m_pages->setCurrentWidget(m_empty);
    } else if (m_tabs->currentIndex() == 1) {
        m_pages->setCurrentWidget(m_patternPage);
    } else if (memory.episodes().empty()) {
        m_empty->setTexts(
            u"Nothing is remembered yet"_s,
            u"Every closed trade is proposed to the managers; what they accept appears here as a point."_s);
        m_pages->setCurrentWidget(m_empty);
    } else {
        m_pages->setCurrentWidget(m_mapPage);
    }
}

void MemoryPanel::resizeEvent(QResizeEvent *event)
{
    Panel::resizeEvent(event);
    const Qt::Orientation wanted = width() >= kWide * height() ? Qt::Horizontal : Qt::Vertical;
    if (wanted != m_mapPage->orientation() || !event->oldSize().isValid()) {
        m_mapPage->setOrientation(wanted);
        const int room = wanted == Qt::Horizontal ? width() : height();
        m_mapPage->setSizes({room * kMapShare / 100, room * (100 - kMapShare) / 100});
    }
}

} // namespace coinswarm::ui
