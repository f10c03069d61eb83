// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "reversed_lines.h"

namespace coinswarm::replay {

Result<void> ReversedLines::read(CsvReader &reader)
{
    m_text.clear();
    m_lines.clear();
    std::string_view line;
    for (;;) {
        const Result<bool> more = reader.next(line);
        if (!more.ok()) {
            return more.error();
        }
        if (!*more) {
            break;
        }
        if (m_text.size() + line.size() > kMostBytes) {
            return invalid("the rows go from new to old, and there is more than 1 GiB of them; sort the file by time");
        }
        m_lines.push_back({m_text.size(), line.size(), reader.lineNumber()});
        m_text += line;
    }
    m_left = m_lines.size();
    return {};
}

bool ReversedLines::next(std::string_view &line)
{
    if (m_left == 0) {
        return false;
    }
    const Line &next = m_lines[--m_left];
    line = std::string_view(m_text).substr(next.begin, next.size);
    m_lineNumber = next.number;
    return true;
}

double ReversedLines::progress() const
{
    return m_lines.empty() ? 1.0 : 1.0 - static_cast<double>(m_left) / static_cast<double>(m_lines.size());
}

} // namespace coinswarm::replay
