// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "screenshot_tour.h"

#include <QtCore/QDir>
#include <QtWidgets/QApplication>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

/// Gathers an hour or so of trading first, then shows what a person sees: the pace that the demonstration has by itself.
constexpr double kGatherSpeed = 600;
constexpr double kShownSpeed = 60;
constexpr int kFillsWanted = 36;
/// What must be left to a person when the pictures are taken, session time: half a minute at the pace shown.
constexpr auto kLeastLeft = std::chrono::minutes(30);
/// A quiet market is kept as it is after so long.
constexpr qint64 kEnoughMs = 40'000;
constexpr qint64 kMostMs = 75'000;

} // namespace

ScreenshotTour::ScreenshotTour(MainWindow &window, Preferences &preferences, const QString &folder, QObject *parent)
    : QObject(parent), m_window(window), m_preferences(preferences), m_folder(folder)
{
    connect(&m_timer, &QTimer::timeout, this, &ScreenshotTour::watch);
    connect(&m_window.session(), &SessionStore::approvalsChanged, this, &ScreenshotTour::watch);
}

void ScreenshotTour::start()
{
    if (!QDir().mkpath(m_folder)) {
        Q_EMIT finished(u"cannot make the folder "_s + m_folder + u": choose one that can be written"_s);
        return;
    }
    m_since.start();
    m_preferences.setFirstStartSeen();
    m_window.session().setSpeed(kGatherSpeed);
    m_timer.start(100);
}

void ScreenshotTour::watch()
{
    if (m_stopping || !m_timer.isActive()) {
        return;
    }
    SessionStore &session = m_window.session();
    if (!m_gathered) {
        m_gathered = session.fills().rowCount() >= kFillsWanted || m_since.elapsed() > kEnoughMs;
        if (m_gathered) {
            session.setSpeed(kShownSpeed);
        }
    }
    const std::vector<api::Approval> pending = session.pendingApprovals();
    const bool fresh =
        !pending.empty() && pending.back().expires - session.status().now > kLeastLeft && !pending.back().awaitingPrice;
    if ((m_gathered && fresh && session.status().speed == kShownSpeed) || m_since.elapsed() > kMostMs) {
        m_stopping = true;
        m_timer.stop();
        // Some more frames, so that the card shows how the price has moved since.
        QTimer::singleShot(1'200, this, &ScreenshotTour::keepAll);
        return;
    }
    if (!pending.empty() && pending.front().id.value > m_answered) {
        m_answered = pending.front().id.value;
        session.answerApproval(pending.front(), true, {});
    }
}

Result<void> ScreenshotTour::keepBoth(QWidget &widget, Preferences &preferences, const QString &folder,
                                      const QString &name)
{
    const ThemeMode before = preferences.themeMode();
    for (const auto &[mode, suffix] :
         {std::pair(ThemeMode::Light, u"-light.png"_s), std::pair(ThemeMode::Dark, u"-dark.png"_s)})
    {
        preferences.setThemeMode(mode);
        QCoreApplication::sendPostedEvents();
        const QString file = folder + u'/' + name + suffix;
        if (!widget.grab().save(file)) {
            return Error{ErrorKind::Environment,
                         "cannot write " + file.toStdString() + ": is the disk full or the folder read-only?"};
        }
    }
    preferences.setThemeMode(before);
    return {};
}

void ScreenshotTour::keepAll()
{
    m_preferences.setFades(false);
    m_window.noticeBar().clear(NoticeBar::Level::Message);
    const auto keep = [this](QWidget &widget, const QString &name) {
        QCoreApplication::processEvents();
        // A frame around what happens to have the focus would be taken for a part of the picture.
        for (QWidget *focused : {widget.focusWidget(), QApplication::focusWidget()}) {
            if (focused) {
                focused->clearFocus();
            }
        }
        const Result<void> kept = keepBoth(widget, m_preferences, m_folder, name);
        m_error = kept.ok() || !m_error.isEmpty() ? m_error : text(kept.error().message);
    };
    for (const auto &[layout, name] :
         {std::pair(Layout::Trading, u"trading"_s), std::pair(Layout::Supervision, u"supervision"_s),
          std::pair(Layout::Research, u"research"_s), std::pair(Layout::Memory, u"memory"_s)})
    {
        m_window.applyLayout(layout);
        QCoreApplication::processEvents();
        keep(m_window, name);
    }
    m_window.applyLayout(Layout::Trading);
    const FillsModel &fills = m_window.session().fills();
    if (fills.rowCount() > 0) {
        m_window.session().explain(fills.row(fills.rowCount() - 1).order);
    }
    QTimer::singleShot(600, this, [this, keep] {
        keep(m_window, u"explain"_s);
        for (PanelDock *dock : m_window.docks()) {
            // Each panel alone, at the size in which it is read.
            dock->setFloating(true);
            dock->resize(760, dock->panel()->id() == u"market"_s ? 520 : 380);
            dock->show();
            keep(*dock, u"panel-"_s + dock->panel()->id());
            dock->setFloating(false);
        }
        m_window.applyLayout(Layout::Trading);
        Q_EMIT finished(m_error);
    });
}

} // namespace coinswarm::ui
