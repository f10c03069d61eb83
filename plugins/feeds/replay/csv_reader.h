// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct gzFile_s;

namespace coinswarm::replay {

/// Cuts a CSV or CSV.gz file into lines and lines into fields, with one buffer whatever the size of the file.
///
/// Knows nothing about what the fields mean. Byte order marks, carriage returns, blank lines and simple quotes are
/// taken care of; a quoted field cannot contain a line break. Thread: one at a time.
class CsvReader
{
public:
    /// A longer line is an error: such a file is not a table.
    static constexpr std::size_t kMaxLine = 64 * 1024;

    CsvReader() = default;
    ~CsvReader();
    CsvReader(const CsvReader &) = delete;
    CsvReader &operator=(const CsvReader &) = delete;

    /// Opens `path`, or starts it again if it is open already.
    Result<void> open(const std::string &path);
    /// The next line that is not blank, without its line break; valid until the next call. False at the end.
    /// A damaged gzip stream and an endless line are errors that name the line.
    Result<bool> next(std::string_view &line);
    /// Number of the line that next() gave last, from 1.
    std::uint64_t lineNumber() const { return m_lineNumber; }
    /// Share of the compressed bytes behind the last line, 0 … 1.
    double progress() const;

private:
    void close();
    Result<void> refill();

    gzFile_s *m_file = nullptr;
    std::string m_path;
    std::int64_t m_fileSize = 0;
    std::int64_t m_offsetBefore = 0; ///< compressed position before the text in the buffer …
    std::int64_t m_offsetAfter = 0; ///< … and after it
    std::vector<char> m_buffer;
    std::size_t m_begin = 0;
    std::size_t m_end = 0;
    bool m_atEnd = false;
    std::uint64_t m_lineNumber = 0;
};

/// Cuts `line` at `separator` into `fields` (cleared first); quotes and blanks around a field are removed.
void splitFields(std::string_view line, char separator, std::vector<std::string_view> &fields);
/// The one of comma, semicolon, tab and bar that `line` has most of; comma if it has none.
char guessSeparator(std::string_view line);

} // namespace coinswarm::replay
