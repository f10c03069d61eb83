// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace coinswarm::journal {

inline constexpr const char *kReserveName = "reserve.csj";

/// One segment file of a journal's folder.
struct SegmentFile {
    std::uint32_t number = 0;
    std::filesystem::path path;
};

/// What a journal's folder holds.
struct JournalFolder {
    std::vector<SegmentFile> segments; ///< by number
    std::vector<std::filesystem::path> strangers; ///< named *.csj, but not as a segment is named
    std::filesystem::path reserve; ///< empty if there is none
    bool whole = false; ///< a folder was listed, not one segment on its own
};

/// `000001.csj` for 1.
std::string segmentName(std::uint32_t number);

/// Lists `path`, a journal's folder or one segment file. NotFound if there is no such thing or no segment in it.
Result<JournalFolder> listJournal(const std::filesystem::path &path);

} // namespace coinswarm::journal
