// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "screenshot_tour.h"

#include <QtCore/QDir>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

constexpr double kSpeed = 600;
constexpr int kFillsWanted = 24;
/// A quiet market is kept as it is after so long.
constexpr qint64 kEnoughMs = 40'000;
constexpr qint64 kMostMs = 75'000;

} // namespace

ScreenshotTour::ScreenshotTour(MainWindow &window, Preferences &preferences, const QString &folder, QObject *parent)
    : QObject(parent), m_window(window), m_preferences(preferences), m_folder(folder)
{
    connect(&m_timer, &QTimer::timeout, this, &ScreenshotTour::watch);
    connect(&m_window.session(), &Session::approvalsChanged, this, &ScreenshotTour::watch);
}

void ScreenshotTour::start()
{
    if (!QDir().mkpath(m_folder)) {
        Q_EMIT finished(u"cannot make the folder "_s + m_folder + u": choose one that can be written"_s);
        return;
    }
    m_since.start();
    m_window.session().setSpeed(kSpeed);
    m_timer.start(100);
}

void ScreenshotTour::watch()
{
    if (m_stopping || !m_timer.isActive()) {
        return;
    }
    Session &session = m_window.session();
    const std::vector<Approval> pending = session.pendingApprovals();
    const bool enough = session.fills().rowCount() >= kFillsWanted || m_since.elapsed() > kEnoughMs;
    if ((enough && !pending.empty()) || m_since.elapsed() > kMostMs) {
        m_stopping = true;
        m_timer.stop();
        session.setFeedPaused(true);
        // One more round of frames, so that what was under way is on the screen.
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
    const FillsModel &fills = m_window.session().fills();
    if (fills.rowCount() > 0) {
        m_window.session().explain(fills.row(fills.rowCount() - 1).order);
    }
    m_preferences.setFades(false);
    const auto keep = [this](QWidget &widget, const QString &name) {
        const Result<void> kept = keepBoth(widget, m_preferences, m_folder, name);
        return kept.ok() ? QString() : text(kept.error().message);
    };
    QTimer::singleShot(600, this, [this, keep] {
        QString error = keep(m_window, u"explain"_s);
        for (const auto &[layout, name] :
             {std::pair(Layout::Supervision, u"supervision"_s), std::pair(Layout::Research, u"research"_s),
              std::pair(Layout::Trading, u"trading"_s)})
        {
            m_window.applyLayout(layout);
            QCoreApplication::processEvents();
            error = error.isEmpty() ? keep(m_window, name) : error;
        }
        for (PanelDock *dock : m_window.docks()) {
            // Each panel alone, at the size in which it is read.
            dock->setFloating(true);
            dock->resize(760, dock->panel()->id() == u"market"_s ? 520 : 380);
            dock->show();
            QCoreApplication::processEvents();
            error = error.isEmpty() ? keep(*dock, u"panel-"_s + dock->panel()->id()) : error;
            dock->setFloating(false);
        }
        m_window.applyLayout(Layout::Trading);
        Q_EMIT finished(error);
    });
}

} // namespace coinswarm::ui
