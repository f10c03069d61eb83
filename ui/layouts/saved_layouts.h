// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtCore/QObject>
#include <QtCore/QSettings>

#include <optional>
#include <vector>

namespace coinswarm::ui {

/// The layouts that the operator has named, in the order of their first saving, kept between starts. The last change
/// can be taken back. GUI thread.
class SavedLayouts : public QObject
{
    Q_OBJECT

public:
    /// `settings` outlives it.
    explicit SavedLayouts(QSettings &settings, QObject *parent = nullptr);

    QStringList names() const;
    /// What QMainWindow::saveState() gave; empty if there is no such layout.
    QByteArray state(const QString &name) const;
    /// Replaces one of the same name. False if the name is blank.
    bool save(const QString &name, const QByteArray &state);
    /// False if there is no `from`, or `to` is blank or another layout's name.
    bool rename(const QString &from, const QString &to);
    void remove(const QString &name);
    bool canUndo() const { return m_before.has_value(); }
    void undo();

Q_SIGNALS:
    void changed();

private:
    struct Entry {
        QString name;
        QByteArray state;
    };
    std::vector<Entry>::iterator find(const QString &name);
    void change(std::vector<Entry> next);
    void write();

    QSettings &m_settings;
    std::vector<Entry> m_entries;
    std::optional<std::vector<Entry>> m_before; ///< the last change
};

} // namespace coinswarm::ui
