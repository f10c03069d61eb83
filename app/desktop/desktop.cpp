// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "desktop/desktop.h"

#include "models/format.h"

#include <QtWidgets/QApplication>

#include <cstdio>
#include <cstdlib>

using namespace Qt::StringLiterals;

namespace coinswarm::desktop {

namespace {

constexpr int kNoEngine = 3;
constexpr std::chrono::seconds kPatience{3};

} // namespace

Desktop::Desktop(ui::Preferences &preferences, const QElapsedTimer *sinceStart)
    : m_preferences(preferences), m_sinceStart(sinceStart)
{}

Desktop::~Desktop() = default;

void Desktop::open(EngineOpening::Open open)
{
    m_outline = std::make_unique<ui::OpeningWindow>(m_preferences);
    connect(m_outline.get(), &ui::OpeningWindow::cancelled, this, &Desktop::cancel);
    m_outline->show();
    QCoreApplication::processEvents(
        QEventLoop::ExcludeUserInputEvents); // painted before anything competes for the processor
    tell("window");
    m_opening = std::make_unique<EngineOpening>();
    connect(m_opening.get(), &EngineOpening::progressed, m_outline.get(), &ui::OpeningWindow::setStage);
    connect(m_opening.get(), &EngineOpening::finished, this, [this] {
        if (!m_cancelled) {
            show(m_opening->take());
        }
    });
    m_opening->start(std::move(open));
}

void Desktop::show(Result<std::unique_ptr<api::Engine>> engine)
{
    tell("engine");
    if (!engine.ok()) {
        const QString message = ui::text(engine.error().message);
        std::fputs(qPrintable(u"coinswarm: "_s + message + u'\n'), stderr);
        m_error = std::make_unique<ui::StartErrorWindow>(m_preferences, u"The engine did not start"_s, message);
        m_error->show();
    } else {
        m_engine = std::move(engine).value();
        m_window = std::make_unique<ui::MainWindow>(*m_engine, m_preferences);
        if (m_sinceStart != nullptr) {
            auto *once = new QObject(m_window.get());
            connect(&m_window->session(), &ui::SessionStore::frameApplied, once, [this, once](const api::Frame &frame) {
                if (!frame.decisions.empty()) {
                    tell("first vote");
                    once->deleteLater();
                }
            });
        }
        m_window->show();
    }
    // After its successor is there: the program ends with its last window.
    if (m_outline) {
        m_outline->hide();
    }
}

void Desktop::cancel()
{
    m_cancelled = true;
    QCoreApplication::quit();
}

int Desktop::run()
{
    const int code = QApplication::exec();
    if (m_opening && !m_opening->finishes(kPatience)) {
        std::quick_exit(0);
    }
    return m_error ? kNoEngine : code;
}

void Desktop::tell(const char *what) const
{
    if (m_sinceStart != nullptr) {
        std::fprintf(stderr, "%-10s %5.2f s\n", what, static_cast<double>(m_sinceStart->elapsed()) / 1e3);
    }
}

} // namespace coinswarm::desktop
