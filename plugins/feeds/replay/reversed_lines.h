// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "csv_reader.h"

namespace coinswarm::replay {

/// The rest of a file from its last line to its first: several exchanges and archives give the newest row first.
///
/// Keeps the text in memory. Thread: one at a time.
class ReversedLines
{
public:
    static constexpr std::size_t kMostBytes = std::size_t{1} << 30;

    /// Reads all that `reader` has left; its errors, and a file that is too large for memory.
    Result<void> read(CsvReader &reader);
    /// As CsvReader::next(); cannot fail any more. Valid until the next read().
    bool next(std::string_view &line);
    /// Number in the file of the line that next() gave last.
    std::uint64_t lineNumber() const { return m_lineNumber; }
    /// Share of the lines that next() has given, 0 … 1.
    double progress() const;

private:
    struct Line {
        std::size_t begin = 0;
        std::size_t size = 0;
        std::uint64_t number = 0;
    };

    std::string m_text;
    std::vector<Line> m_lines;
    std::size_t m_left = 0;
    std::uint64_t m_lineNumber = 0;
};

} // namespace coinswarm::replay
