// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/quorum_model.h"

#include <QtCore/QSaveFile>
#include <QtCore/QTimer>

namespace coinswarm::ui {

/// Writes slots that pass a filter to a file, some of them per turn of the event loop: JSON if its name ends so, else CSV.
/// The file is there when all are written, or not at all. GUI thread.
class QuorumExport : public QObject
{
    Q_OBJECT

public:
    /// The model outlives it.
    explicit QuorumExport(const QuorumModel &model, QObject *parent = nullptr);

    /// Refused while one is being written.
    void start(const QString &file, const QString &filter);
    bool running() const { return m_timer.isActive(); }

Q_SIGNALS:
    /// The error is empty if all went well.
    void finished(int rows, const QString &error);

private:
    static constexpr int kSlice = 1'000;

    void writeSlice();
    QByteArray line(const QuorumRow &row) const;
    void end(const QString &error);

    const QuorumModel &m_model;
    std::unique_ptr<QSaveFile> m_file;
    RowFilter m_wants;
    bool m_json = false;
    std::uint64_t m_next = 0; ///< the number of the row to write
    int m_written = 0;
    QTimer m_timer;
};

} // namespace coinswarm::ui
