// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/text_table.h"

#include <coinswarm/text.h>

#include <algorithm>

namespace coinswarm::cli {

namespace {

/// Characters, not bytes.
std::size_t width(const std::string &text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool isNumber(const std::string &text)
{
    return !text.empty() && text.find_first_not_of("0123456789+-.,% ") == std::string::npos;
}

} // namespace

std::string decimals(double value, int count)
{
    return std::string(std::string_view(number(value, count)));
}

TextTable::TextTable(std::vector<std::string> headings)
{
    m_rows.push_back(std::move(headings));
}

void TextTable::addRow(std::vector<std::string> cells)
{
    cells.resize(m_rows.front().size());
    m_rows.push_back(std::move(cells));
}

std::string TextTable::text() const
{
    const std::size_t columns = m_rows.front().size();
    std::vector<std::size_t> widths(columns, 0);
    std::vector<bool> numeric(columns, m_rows.size() > 1);
    for (std::size_t r = 0; r < m_rows.size(); ++r) {
        for (std::size_t c = 0; c < columns; ++c) {
            const std::string &cell = m_rows[r][c];
            widths[c] = std::max(widths[c], width(cell));
            numeric[c] = numeric[c] && (r == 0 || cell.empty() || isNumber(cell));
        }
    }
    std::string out;
    for (const std::vector<std::string> &row : m_rows) {
        std::string line;
        for (std::size_t c = 0; c < columns; ++c) {
            const std::string blanks(widths[c] - width(row[c]), ' ');
            line += (c == 0 ? "" : "  ") + (numeric[c] ? blanks + row[c] : row[c] + blanks);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + '\n';
    }
    return out;
}

} // namespace coinswarm::cli
