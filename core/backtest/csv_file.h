// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include <QtCore/QFile>

#include <string>

namespace coinswarm::backtest {

/// A CSV file that is written line by line and whose errors are noticed: nothing is complete before close() has said so.
class CsvFile
{
public:
    /// Replaces an existing file. An empty path makes an object that writes nothing.
    static Result<CsvFile> create(const std::string &path, std::string_view header);

    bool isOpen() const { return m_file != nullptr; }
    void writeLine(std::string_view line);
    Result<void> close();

private:
    CsvFile() = default;
    void flush();

    std::unique_ptr<QFile> m_file;
    std::string m_buffer;
    bool m_failed = false;
};

} // namespace coinswarm::backtest
