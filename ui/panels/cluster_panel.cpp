// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "panels/cluster_panel.h"

#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

QString figure(const QString &name, const QString &value, const QColor &muted, const QColor &color)
{
    return u"<span style=\"color:"_s + muted.name() + u"\">"_s + name + u"</span>&nbsp;<b style=\"color:"_s
        + color.name() + u"\">"_s + QString(value).replace(u' ', u"&nbsp;"_s) + u"</b>"_s;
}

QString bytesText(std::uint64_t bytes)
{
    return numberText(static_cast<double>(bytes) / (1 << 20), 1) + u" MiB"_s;
}

QString microsecondsText(double us)
{
    return us <= 0 ? u"–"_s : us < 1000 ? numberText(us, 0) + u" µs"_s : numberText(us / 1000, 1) + u" ms"_s;
}

} // namespace

ClusterPanel::ClusterPanel(const PanelContext &context, QWidget *parent)
    : Panel(context, u"cluster"_s, u"Cluster health"_s, parent),
      m_table(
          new RecordTable(context.session.memory().services(), context.preferences, u"Parts of the cluster"_s, this)),
      m_alarm(new AlarmBand(context.preferences, u"What is wrong with the cluster"_s, this)),
      m_figures(new QLabel(this)),
      m_domain(new QLabel(this))
{
    for (QLabel *label : {m_figures, m_domain}) {
        label->setWordWrap(true);
        label->setContentsMargins(8, 4, 8, 4);
    }
    m_figures->setTextFormat(Qt::RichText);
    m_figures->setAccessibleName(u"Figures of memory"_s);
    m_domain->setAccessibleName(u"Fault domain"_s);
    m_domain->setProperty("role", u"secondary"_s);
    m_domain->hide();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_alarm);
    layout->addWidget(m_figures);
    layout->addWidget(m_domain);
    layout->addWidget(m_table, 1);
    connect(&session().memory(), &MemoryStore::statusChanged, this, &ClusterPanel::showStatus);
    connect(&session().memory(), &MemoryStore::slotsChanged, this, &ClusterPanel::showStatus);
    connect(&preferences(), &Preferences::changed, this, &ClusterPanel::showStatus);
    showStatus();
}

void ClusterPanel::showStatus()
{
    const api::MemoryStatusView &status = session().memory().status();
    QStringList alarms;
    if (!status.halted.empty()) {
        alarms.append(u"■ MEMORY IS HALTED: "_s + text(status.halted)
                      + u"\nNothing further is committed. Trading goes on with what is remembered."_s);
    }
    if (!status.trouble.empty()) {
        alarms.append(u"▲ Others cannot be reached: "_s + text(status.trouble));
    }
    int gone = 0;
    int degraded = 0;
    for (const api::ServiceView &service : status.services) {
        gone += service.state == api::ServiceState::Gone ? 1 : 0;
        degraded += service.state == api::ServiceState::Degraded ? 1 : 0;
        if (service.state == api::ServiceState::Gone) {
            alarms.append(u"■ "_s + text(service.name) + u" is gone. "_s + text(service.ifItDies));
        }
    }
    m_alarm->say(alarms.join(u'\n'));
    setCaption(!status.halted.empty() ? u"Cluster health (halted)"_s
                   : gone > 0         ? u"Cluster health ("_s + QString::number(gone) + u" gone)"_s
                   : degraded > 0     ? u"Cluster health ("_s + QString::number(degraded) + u" degraded)"_s
                                      : u"Cluster health"_s);
    m_domain->setText(u"All managers are in this process: one fault domain. They protect from nothing that takes this "
                      "process, its disk or its keys."_s);
    m_domain->setVisible(status.enabled && status.embedded);
    m_figures->setText(figuresHtml());
    m_figures->setVisible(status.enabled);
    if (status.enabled) {
        m_table->emptyState()->setTexts(u"No part has been heard of yet"_s, u"They report within a second or two."_s);
    } else {
        m_table->emptyState()->setTexts(
            u"Memory is off in this session"_s,
            u"There are no managers, no bus and no hot memory. The configuration's section memory turns them on."_s);
    }
}

QString ClusterPanel::figuresHtml() const
{
    const MemoryStore &memory = session().memory();
    const api::MemoryStatusView &s = memory.status();
    const Colors &c = colors();
    const QuorumModel &quorum = memory.quorum();
    const Timestamp last = quorum.rowCount() > 0 ? quorum.row(quorum.rowCount() - 1).time : Timestamp();
    const auto entry = [&](const QString &name, const QString &value, bool warns = false) {
        return figure(name, value, c.muted, warns ? c.warn : c.text);
    };
    const bool slow = s.hot.health != MemoryHealth::Working;
    QString hot = entry(u"hot memory"_s, text(s.hot.backend)) + u" · "_s
        + entry(u"median"_s, microsecondsText(s.hot.medianMicroseconds)) + u" · "_s
        + entry(u"p99"_s, microsecondsText(s.hot.p99Microseconds)) + u" · "_s
        + entry(u"rate"_s, numberText(s.hot.queriesPerSecond, 1) + u" /s"_s) + u" · "_s
        + entry(u"lag"_s, plural(s.slot - std::min(s.slot, s.hot.slot), "slot"_L1), s.hot.slot < s.slot) + u" · "_s
        + entry(u"unindexed"_s, countText(s.hot.unindexed)) + u" · "_s + entry(u"memory"_s, bytesText(s.hot.bytes));
    if (slow) {
        hot += u" · "_s + figure(words(enumName(s.hot.health)), text(s.hot.reason).toHtmlEscaped(), c.warn, c.warn);
    }
    return entry(u"cluster"_s, text(s.cluster).toHtmlEscaped()) + u" · "_s + entry(u"slot"_s, countText(s.slot))
        + u" · "_s + entry(u"last commit"_s, session().formats().time(last)) + u" · "_s
        + entry(u"episodes"_s, countText(s.episodes)) + u" · "_s
        + entry(u"patterns"_s, countText(s.patterns) + u", "_s + countText(s.promoted) + u" promoted"_s) + u" · "_s
        + entry(u"proposals pending"_s, countText(s.pending)) + u" · "_s + entry(u"committed"_s, countText(s.committed))
        + u" · "_s + entry(u"refused"_s, countText(s.refused), s.refused > 0) + u" · "_s
        + entry(u"undecided rounds"_s, countText(s.undecidedRounds), s.undecidedRounds > 0) + u"<br>"_s + hot;
}

} // namespace coinswarm::ui
