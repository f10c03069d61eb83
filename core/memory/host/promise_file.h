// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/machine_effect.h"

#include <filesystem>
#include <vector>

namespace coinswarm::memory {

/// What one process' managers have promised in slots that are not final yet, on disk: framed as in the audit log, each
/// record with the manager's key before it. Begun anew now and then, since promises of final slots bind nobody.
/// One thread; one writer.
class PromiseFile
{
public:
    struct Entry {
        journal::PublicKey manager{};
        quorum::DurableRecord record;

        template <class Self, class Visitor>
        static void fields(Self &self, Visitor &&visit)
        {
            visit("manager", self.manager);
            visit("record", self.record);
        }
    };

    /// Reads what is there; a torn end is cut off. Corrupt if it is damaged before its end: a manager that forgot promises
    /// must not vote.
    static Result<PromiseFile> open(const std::filesystem::path &file);
    PromiseFile(PromiseFile &&other) noexcept;
    PromiseFile &operator=(PromiseFile &&other) noexcept;
    ~PromiseFile();

    const std::vector<Entry> &found() const { return m_found; }
    Result<void> append(const Entry &entry);
    Result<void> sync();
    std::uint64_t bytes() const { return m_bytes; }
    /// Replaces the file by one with these entries alone, synced.
    Result<void> restart(const std::vector<Entry> &entries);

private:
    PromiseFile() = default;
    Result<void> openForAppending();

    std::filesystem::path m_file;
    int m_fd = -1;
    std::uint64_t m_bytes = 0;
    std::vector<Entry> m_found;
};

} // namespace coinswarm::memory
