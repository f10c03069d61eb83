// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/put_group.h"

#include <coinswarm/result.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace coinswarm::storage {

/// Rows that a server could not be given yet, in the order in which they were put, in one file that survives the
/// process. Each record is [u32 length][u32 CRC-32C][PutGroup in the binary codec]; append() returns after fdatasync.
/// The file exists only while it holds something. Whoever opens it again finds what was appended; a tail that a crash
/// tore is cut off. One process at a time, held by a lock on the folder. Lives in one thread.
class OutageBuffer
{
public:
    /// `folder` must exist. Refused if another process has it, or if another version of the program wrote what is in it.
    static Result<std::unique_ptr<OutageBuffer>> open(std::string folder, std::uint64_t maximumBytes);
    ~OutageBuffer();

    /// All of them or, with an error, none: Refused when the buffer is full, Environment when the disk is.
    Result<void> append(const PutGroup *groups, std::size_t count);
    /// The oldest groups, about `rows` records of them; they stay until pop(). Empty if there are none.
    Result<std::vector<PutGroup>> front(std::size_t rows);
    /// Forgets what front() gave last. The file goes with the last of them. A crash before that brings all of them back.
    void pop();

    bool empty() const { return m_rows == 0; }
    std::uint64_t rows() const { return m_rows; }
    std::uint64_t bytes() const; ///< still to be given
    const std::string &file() const { return m_file; }

private:
    OutageBuffer(std::string folder, std::uint64_t maximumBytes);
    OutageBuffer(const OutageBuffer &) = delete;
    OutageBuffer &operator=(const OutageBuffer &) = delete;

    Result<void> recover();
    Result<void> create();
    /// The payload at `position`, or nothing where the file ends or is torn.
    bool readRecord(std::uint64_t position, std::vector<std::byte> &payload) const;
    Error cannot(const std::string &what) const;

    const std::string m_folder;
    const std::string m_file;
    const std::uint64_t m_maximumBytes;
    int m_folderDescriptor = -1; ///< holds the lock
    int m_descriptor = -1; ///< open while the file exists
    std::uint64_t m_end = 0; ///< size of the file
    std::uint64_t m_begin = 0; ///< of the oldest record that is still to be given
    std::uint64_t m_next = 0; ///< after what front() gave
    std::uint64_t m_rows = 0;
    std::uint64_t m_givenRows = 0; ///< what front() gave last
};

} // namespace coinswarm::storage
