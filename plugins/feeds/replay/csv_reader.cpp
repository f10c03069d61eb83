// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "csv_reader.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace coinswarm::replay {

namespace {

// Small enough to stay in the second-level cache between inflating and parsing.
constexpr std::size_t kBufferSize = 4 * CsvReader::kMaxLine;

bool isBlank(char c)
{
    return c == ' ' || c == '\t';
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && isBlank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && isBlank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

} // namespace

CsvReader::~CsvReader()
{
    close();
}

void CsvReader::close()
{
    if (m_file != nullptr) {
        gzclose_r(m_file);
        m_file = nullptr;
    }
}

Result<void> CsvReader::open(const std::string &path)
{
    close();
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
        return Error{ErrorKind::Invalid, path + " is a folder; name a CSV or CSV.gz file in it"};
    }
    const auto size = std::filesystem::file_size(path, error);
    if (error) {
        return Error{error == std::errc::no_such_file_or_directory ? ErrorKind::NotFound : ErrorKind::Environment,
                     "cannot open " + path + ": " + error.message()};
    }
    m_file = gzopen(path.c_str(), "rb");
    if (m_file == nullptr) {
        return Error{ErrorKind::Environment, "cannot open " + path + ": " + std::strerror(errno)};
    }
    // The smaller it is, the finer progress() is; below this, reading gets slower.
    gzbuffer(m_file, 32 * 1024);
    m_path = path;
    m_fileSize = static_cast<std::int64_t>(size);
    m_offsetBefore = 0;
    m_offsetAfter = 0;
    m_buffer.resize(kBufferSize);
    m_begin = 0;
    m_end = 0;
    m_atEnd = false;
    m_lineNumber = 0;
    return {};
}

Result<void> CsvReader::refill()
{
    std::memmove(m_buffer.data(), m_buffer.data() + m_begin, m_end - m_begin);
    m_end -= m_begin;
    m_begin = 0;
    m_offsetBefore = m_offsetAfter;
    const int wanted = static_cast<int>(m_buffer.size() - m_end);
    const int got = gzread(m_file, m_buffer.data() + m_end, static_cast<unsigned>(wanted));
    int code = Z_OK;
    const char *text = gzerror(m_file, &code);
    // zlib reports a stream that just stops as Z_BUF_ERROR, and still hands over what it had.
    if (got < 0 || (code != Z_OK && code != Z_STREAM_END)) {
        return Error{ErrorKind::Corrupt,
                     m_path + " is damaged after line " + std::to_string(m_lineNumber) + ": "
                         + (code == Z_BUF_ERROR ? "the compressed data stops in the middle" : text)
                         + ". Fetch the file again."};
    }
    m_end += static_cast<std::size_t>(got);
    m_atEnd = got < wanted;
    m_offsetAfter = gzoffset(m_file);
    return {};
}

Result<bool> CsvReader::next(std::string_view &line)
{
    for (;;) {
        const char *begin = m_buffer.data() + m_begin;
        const auto *found = static_cast<const char *>(std::memchr(begin, '\n', m_end - m_begin));
        if (found == nullptr && !m_atEnd) {
            if (m_end - m_begin > kMaxLine) {
                return Error{ErrorKind::Corrupt,
                             "line " + std::to_string(m_lineNumber + 1) + " of " + m_path
                                 + " is longer than 64 KiB; this is not a CSV file"};
            }
            if (Result<void> read = refill(); !read.ok()) {
                return read.error();
            }
            continue;
        }
        if (found == nullptr && m_begin == m_end) {
            return false;
        }
        const char *end = found != nullptr ? found : m_buffer.data() + m_end;
        line = std::string_view(begin, static_cast<std::size_t>(end - begin));
        m_begin += line.size() + (found != nullptr ? 1 : 0);
        ++m_lineNumber;
        if (m_lineNumber == 1 && line.starts_with("\xEF\xBB\xBF")) {
            line.remove_prefix(3);
        }
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (line.size() > kMaxLine) {
            return Error{ErrorKind::Corrupt,
                         "line " + std::to_string(m_lineNumber) + " of " + m_path
                             + " is longer than 64 KiB; this is not a CSV file"};
        }
        if (line.find_first_not_of(" \t") != std::string_view::npos) {
            return true;
        }
    }
}

double CsvReader::progress() const
{
    if (m_fileSize <= 0) {
        return 1;
    }
    const double share = m_end == 0 ? 1.0 : static_cast<double>(m_begin) / static_cast<double>(m_end);
    const double offset =
        static_cast<double>(m_offsetBefore) + static_cast<double>(m_offsetAfter - m_offsetBefore) * share;
    return std::clamp(offset / static_cast<double>(m_fileSize), 0.0, 1.0);
}

void splitFields(std::string_view line, char separator, std::vector<std::string_view> &fields)
{
    fields.clear();
    std::size_t begin = 0;
    for (;;) {
        // Fields are short: looking at each character beats calling memchr.
        std::size_t end = begin;
        while (end < line.size() && line[end] != separator && line[end] != '"') {
            ++end;
        }
        std::string_view field;
        if (end < line.size() && line[end] == '"') {
            const std::size_t closing = std::min(line.find('"', end + 1), line.size());
            field = line.substr(end + 1, closing - end - 1);
            end = std::min(line.find(separator, closing), line.size());
        } else {
            field = line.substr(begin, end - begin);
        }
        fields.push_back(trimmed(field));
        if (end >= line.size()) {
            return;
        }
        begin = end + 1;
    }
}

char guessSeparator(std::string_view line)
{
    char best = ',';
    std::ptrdiff_t most = 0;
    for (const char candidate : {',', ';', '\t', '|'}) {
        const std::ptrdiff_t count = std::count(line.begin(), line.end(), candidate);
        if (count > most) {
            most = count;
            best = candidate;
        }
    }
    return best;
}

} // namespace coinswarm::replay
