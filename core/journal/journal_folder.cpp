// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/journal_folder.h"

#include <algorithm>
#include <charconv>

namespace coinswarm::journal {

namespace {

// 0 if the name is not exactly how segmentName() writes a number.
std::uint32_t numberOf(const std::filesystem::path &file)
{
    const std::string stem = file.stem().string();
    std::uint32_t number = 0;
    std::from_chars(stem.data(), stem.data() + stem.size(), number);
    return number > 0 && segmentName(number) == file.filename().string() ? number : 0;
}

} // namespace

std::string segmentName(std::uint32_t number)
{
    std::string digits = std::to_string(number);
    if (digits.size() < 6)
        digits.insert(0, 6 - digits.size(), '0');
    return digits + ".csj";
}

Result<JournalFolder> listJournal(const std::filesystem::path &path)
{
    JournalFolder found;
    std::error_code failure;
    if (std::filesystem::is_regular_file(path, failure)) {
        found.segments.push_back({numberOf(path), path});
        return found;
    }
    found.whole = true;
    std::filesystem::directory_iterator entries(path, failure);
    if (failure)
        return Error{ErrorKind::NotFound,
                     "No journal at " + path.string() + ": " + failure.message() + "; give its folder or a segment"};
    for (const std::filesystem::directory_entry &entry : entries) {
        const std::filesystem::path &file = entry.path();
        if (file.extension() != ".csj")
            continue;
        if (file.filename() == kReserveName)
            found.reserve = file;
        else if (const std::uint32_t number = numberOf(file); number > 0)
            found.segments.push_back({number, file});
        else
            found.strangers.push_back(file);
    }
    if (found.segments.empty())
        return Error{ErrorKind::NotFound, "No journal in " + path.string() + ": no segment (000001.csj) is in it."};
    std::sort(found.segments.begin(), found.segments.end(),
              [](const SegmentFile &a, const SegmentFile &b) { return a.number < b.number; });
    std::sort(found.strangers.begin(), found.strangers.end());
    return found;
}

} // namespace coinswarm::journal
