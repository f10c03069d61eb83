// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "layouts/saved_layouts.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

SavedLayouts::SavedLayouts(QSettings &settings, QObject *parent) : QObject(parent), m_settings(settings)
{
    const int count = m_settings.beginReadArray("layouts");
    for (int i = 0; i < count; ++i) {
        m_settings.setArrayIndex(i);
        m_entries.push_back({m_settings.value("name").toString(), m_settings.value("state").toByteArray()});
    }
    m_settings.endArray();
}

QStringList SavedLayouts::names() const
{
    QStringList all;
    for (const Entry &entry : m_entries) {
        all.append(entry.name);
    }
    return all;
}

std::vector<SavedLayouts::Entry>::iterator SavedLayouts::find(const QString &name)
{
    return std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry &entry) { return entry.name == name; });
}

QByteArray SavedLayouts::state(const QString &name) const
{
    const auto found =
        std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry &entry) { return entry.name == name; });
    return found == m_entries.end() ? QByteArray() : found->state;
}

bool SavedLayouts::save(const QString &name, const QByteArray &state)
{
    const QString trimmed = name.simplified();
    if (trimmed.isEmpty()) {
        return false;
    }
    std::vector<Entry> next = m_entries;
    if (const auto found = find(trimmed); found != m_entries.end()) {
        next[static_cast<std::size_t>(found - m_entries.begin())].state = state;
    } else {
        next.push_back({trimmed, state});
    }
    change(std::move(next));
    return true;
}

bool SavedLayouts::rename(const QString &from, const QString &to)
{
    const QString trimmed = to.simplified();
    const auto found = find(from);
    if (found == m_entries.end() || trimmed.isEmpty() || (trimmed != from && find(trimmed) != m_entries.end())) {
        return false;
    }
    std::vector<Entry> next = m_entries;
    next[static_cast<std::size_t>(found - m_entries.begin())].name = trimmed;
    change(std::move(next));
    return true;
}

void SavedLayouts::remove(const QString &name)
{
    std::vector<Entry> next = m_entries;
    if (std::erase_if(next, [&](const Entry &entry) { return entry.name == name; }) > 0) {
        change(std::move(next));
    }
}

void SavedLayouts::undo()
{
    if (m_before) {
        m_entries = *std::exchange(m_before, {});
        write();
    }
}

void SavedLayouts::change(std::vector<Entry> next)
{
    m_before = std::exchange(m_entries, std::move(next));
    write();
}

void SavedLayouts::write()
{
    m_settings.remove("layouts");
    m_settings.beginWriteArray("layouts", static_cast<int>(m_entries.size()));
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        m_settings.setArrayIndex(static_cast<int>(i));
        m_settings.setValue("name", m_entries[i].name);
        m_settings.setValue("state", m_entries[i].state);
    }
    m_settings.endArray();
    Q_EMIT changed();
}

} // namespace coinswarm::ui
