// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

namespace coinswarm::cli {

/// With `count` digits behind the point.
std::string decimals(double value, int count);

/// Columns of text, as wide as they need to be. Cells that are numbers are set flush right.
class TextTable
{
public:
    explicit TextTable(std::vector<std::string> headings);

    void addRow(std::vector<std::string> cells);
    bool empty() const { return m_rows.size() == 1; }
    std::string text() const;

private:
    std::vector<std::vector<std::string>> m_rows; ///< the first holds the headings
};

} // namespace coinswarm::cli
