// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "backtest/csv_file.h"

namespace coinswarm::backtest {

namespace {

constexpr std::size_t kFlushBytes = 256 * 1024;

Error cannotWrite(const QFile &file)
{
    return Error{ErrorKind::Environment,
                 "cannot write " + file.fileName().toStdString() + ": " + file.errorString().toStdString()};
}

} // namespace

Result<CsvFile> CsvFile::create(const std::string &path, std::string_view header)
{
    CsvFile csv;
    if (path.empty()) {
        return csv;
    }
    csv.m_file = std::make_unique<QFile>(QString::fromStdString(path));
    if (!csv.m_file->open(QIODevice::WriteOnly | QIODevice::Truncate)) {
        return cannotWrite(*csv.m_file);
    }
    csv.writeLine(header);
    return csv;
}

void CsvFile::writeLine(std::string_view line)
{
    m_buffer.append(line);
    m_buffer += '\n';
    if (m_buffer.size() >= kFlushBytes) {
        flush();
    }
}

void CsvFile::flush()
{
    const auto size = static_cast<qint64>(m_buffer.size());
    m_failed = m_failed || m_file->write(m_buffer.data(), size) != size;
    m_buffer.clear();
}

Result<void> CsvFile::close()
{
    if (m_file == nullptr) {
        return {};
    }
    flush();
    if (m_failed || !m_file->flush()) {
        return cannotWrite(*m_file);
    }
    m_file->close();
    return {};
}

} // namespace coinswarm::backtest
