// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/quorum_export.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

QString quoted(QString value)
{
    return u'"' + value.replace(u'"', u"\"\""_s) + u'"';
}

} // namespace

QuorumExport::QuorumExport(const QuorumModel &model, QObject *parent) : QObject(parent), m_model(model)
{
    m_timer.setInterval(0);
    connect(&m_timer, &QTimer::timeout, this, &QuorumExport::writeSlice);
}

void QuorumExport::start(const QString &file, const QString &filter)
{
    if (running()) {
        Q_EMIT finished(0, u"another export is still being written"_s);
        return;
    }
    m_file = std::make_unique<QSaveFile>(file);
    m_json = file.endsWith(u".json"_s, Qt::CaseInsensitive);
    m_wants = m_model.filterOf(filter);
    m_next = m_model.removedRows();
    m_written = 0;
    if (!m_file->open(QIODevice::WriteOnly)) {
        end(u"cannot write "_s + file + u": "_s + m_file->errorString());
        return;
    }
    QStringList titles{u"slot"_s,        u"time"_s,  u"change"_s,     u"items"_s,  u"accepted"_s,
                       u"coordinator"_s, u"round"_s, u"latency_ms"_s, u"commit"_s, u"reasons"_s};
    for (const QString &manager : m_model.managers()) {
        titles.append({manager + u" voted"_s, manager + u" receipted"_s});
    }
    m_file->write(m_json ? QByteArray("[\n") : (titles.join(u',') + u'\n').toUtf8());
    m_timer.start();
}

QByteArray QuorumExport::line(const QuorumRow &row) const
{
    const QString time = row.time.ns == 0 ? QString() : text(toString(row.time));
    if (m_json) {
        QJsonArray managers;
        for (int i = 0; i < m_model.managers().size(); ++i) {
            managers.append(QJsonObject{{u"manager"_s, m_model.managers()[i]},
                                        {u"voted"_s, ((row.voted >> i) & 1) != 0},
                                        {u"receipted"_s, ((row.receipted >> i) & 1) != 0}});
        }
        const QJsonObject object{{u"slot"_s, static_cast<qint64>(row.slot)},
                                 {u"time"_s, time},
                                 {u"change"_s, row.change},
                                 {u"items"_s, static_cast<qint64>(row.items)},
                                 {u"accepted"_s, static_cast<qint64>(row.accepted)},
                                 {u"coordinator"_s, row.coordinator},
                                 {u"round"_s, static_cast<qint64>(row.round)},
                                 {u"latency_ms"_s, static_cast<double>(row.latencyMs)},
                                 {u"commit"_s, row.commitText()},
                                 {u"reasons"_s, row.reasons},
                                 {u"managers"_s, managers}};
        return (m_written == 0 ? "" : ",\n") + QJsonDocument(object).toJson(QJsonDocument::Compact);
    }
    QStringList fields{QString::number(row.slot),
                       time,
                       quoted(row.change),
                       QString::number(row.items),
                       QString::number(row.accepted),
                       row.coordinator,
                       QString::number(row.round),
                       QString::number(static_cast<double>(row.latencyMs)),
                       row.commitText(),
                       quoted(row.reasons)};
    for (int i = 0; i < m_model.managers().size(); ++i) {
        fields.append(QString::number((row.voted >> i) & 1));
        fields.append(QString::number((row.receipted >> i) & 1));
    }
    return (fields.join(u',') + u'\n').toUtf8();
}

void QuorumExport::writeSlice()
{
    // Rows may leave at the front and come at the end meanwhile.
    m_next = std::max(m_next, m_model.removedRows());
    for (int i = 0; i < kSlice; ++i, ++m_next) {
        const auto at = static_cast<int>(m_next - m_model.removedRows());
        if (at >= m_model.rowCount()) {
            m_file->write(m_json ? "\n]\n" : "");
            end(m_file->commit() ? QString()
                                 : u"cannot write "_s + m_file->fileName() + u": "_s + m_file->errorString());
            return;
        }
        if (m_wants(at)) {
            m_file->write(line(m_model.row(at)));
            ++m_written;
        }
    }
}

void QuorumExport::end(const QString &error)
{
    m_timer.stop();
    m_file.reset();
    Q_EMIT finished(m_written, error);
}

} // namespace coinswarm::ui
