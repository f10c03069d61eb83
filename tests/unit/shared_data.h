// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QFile>
#include <QtCore/QString>
#include <QtTest/QtTest>

#include <zlib.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Recorded market data that tests check against. It is not part of the repository.
namespace shared_data {

/// The folder from the environment variable COINSWARM_SHARED_DATA, else the one that the build was configured with.
inline QString path(const char *name)
{
    const QString folder = qEnvironmentVariable("COINSWARM_SHARED_DATA", QStringLiteral(COINSWARM_SHARED_DATA));
    return folder + QLatin1Char('/') + QLatin1String(name);
}

inline bool present(const char *name)
{
    return QFile::exists(path(name));
}

/// The uncompressed content of a .gz file, or nothing.
inline std::string content(const char *name)
{
    std::string text;
    gzFile file = gzopen(QFile::encodeName(path(name)).constData(), "rb");
    if (file == nullptr) {
        return text;
    }
    std::vector<char> block(1 << 20);
    for (int n = gzread(file, block.data(), 1 << 20); n > 0; n = gzread(file, block.data(), 1 << 20)) {
        text.append(block.data(), static_cast<std::size_t>(n));
    }
    gzclose(file);
    return text;
}

inline std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

/// A CSV file without quoting, by column name.
class Table
{
public:
    explicit Table(const char *name) : m_text(content(name))
    {
        for (std::string_view line : split(m_text, '\n')) {
            while (!line.empty() && line.back() == '\r') {
                line.remove_suffix(1);
            }
            if (line.empty()) {
                continue;
            }
            auto cells = split(line, ',');
            if (m_columns.empty()) {
                for (std::size_t i = 0; i < cells.size(); ++i) {
                    m_columns.emplace(std::string(cells[i]), i);
                }
            } else {
                m_rows.push_back(std::move(cells));
            }
        }
    }

    std::size_t rows() const { return m_rows.size(); }
    std::string_view text(std::size_t row, const char *column) const
    {
        const std::size_t index = m_columns.at(column);
        return index < m_rows[row].size() ? m_rows[row][index] : std::string_view();
    }
    bool has(std::size_t row, const char *column) const { return !text(row, column).empty(); }
    double number(std::size_t row, const char *column) const
    {
        return QByteArray(text(row, column).data(), static_cast<qsizetype>(text(row, column).size())).toDouble();
    }
    std::int64_t integer(std::size_t row, const char *column) const
    {
        return QByteArray(text(row, column).data(), static_cast<qsizetype>(text(row, column).size())).toLongLong();
    }

private:
    std::string m_text;
    std::map<std::string, std::size_t> m_columns;
    std::vector<std::vector<std::string_view>> m_rows;
};

} // namespace shared_data

/// Ends the test function, loudly, if a shared file is absent.
#define REQUIRE_SHARED_DATA(name)                                                                                      \
    do {                                                                                                               \
        if (!shared_data::present(name)) {                                                                             \
            QSKIP(qPrintable(QStringLiteral("SKIPPED: %1 not found").arg(shared_data::path(name))));                   \
        }                                                                                                              \
    } while (false)
