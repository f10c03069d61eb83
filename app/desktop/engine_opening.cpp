// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "desktop/engine_opening.h"

#include "plugins/thread_name.h"

namespace coinswarm::desktop {

EngineOpening::EngineOpening(QObject *parent) : QObject(parent) {}

EngineOpening::~EngineOpening()
{
    if (m_thread.joinable()) {
        m_thread.join();
    }
}

void EngineOpening::start(Open open)
{
    m_thread = std::thread([this, open = std::move(open)] {
        plugins::nameThisThread("opening");
        Result<std::unique_ptr<api::Engine>> result =
            open([this](const std::string &what) { Q_EMIT progressed(QString::fromStdString(what)); });
        {
            const std::lock_guard lock(m_mutex);
            m_result.emplace(std::move(result));
        }
        m_ended.notify_all();
        Q_EMIT finished();
    });
}

Result<std::unique_ptr<api::Engine>> EngineOpening::take()
{
    const std::lock_guard lock(m_mutex);
    return std::move(m_result).value();
}

bool EngineOpening::finishes(std::chrono::milliseconds limit)
{
    std::unique_lock lock(m_mutex);
    return m_ended.wait_for(lock, limit, [this] { return m_result.has_value(); });
}

} // namespace coinswarm::desktop
