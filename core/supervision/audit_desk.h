// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/engine.h"

#include <QtCore/QThreadPool>

#include <atomic>
#include <memory>

namespace coinswarm::supervision {

class AuditIndex;

/// Answers questions about one audit log while managers append to it. Callable from any thread; nothing waits for a disk:
/// slots are read in one thread of its own, a check runs in another.
class AuditDesk
{
public:
    AuditDesk();
    /// Waits for a reading to end, which is soon. A check is left behind with what it owns and ends with the process.
    ~AuditDesk();

    /// Calls `done` from the reading thread with what a tenth of a second of reading found. Environment or Corrupt if the log
    /// cannot be read.
    void readSlots(const std::string &file, const api::SlotQuery &query,
                   std::function<void(Result<api::SlotPage>)> done);
    /// How the check stands; `begin` starts one unless one is running.
    api::AuditCheckView check(const std::string &file, bool begin);

private:
    struct Check;

    Result<api::SlotPage> read(const std::string &file, const api::SlotQuery &query);

    std::atomic<bool> m_stopping{false};
    std::unique_ptr<AuditIndex> m_index; ///< reading thread
    std::shared_ptr<Check> m_check;
    QThreadPool m_reader;
};

} // namespace coinswarm::supervision
