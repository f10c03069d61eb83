// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/plugins_model.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

Cell stateCell(const api::PluginInfo &p, const Formats &)
{
    const QString state = words(enumName(p.state));
    switch (p.state) {
    case api::PluginState::Started:
    case api::PluginState::Loaded:
        return {u"● "_s + state, {}, Tone::Up};
    case api::PluginState::Resolved:
        return {u"○ available"_s, {}, Tone::Muted, u"Everything it needs is there; it is loaded when first used."_s};
    case api::PluginState::Disabled:
        return {u"■ "_s + state, {}, Tone::Muted};
    case api::PluginState::Read:
    case api::PluginState::Invalid:
    case api::PluginState::Faulted:
        return {u"✕ "_s + state, {}, Tone::Danger};
    }
    return {};
}

QString allReasons(const api::PluginInfo &p)
{
    QStringList reasons;
    for (const std::string &reason : p.reasons) {
        reasons.append(text(reason));
    }
    return reasons.join(u'\n');
}

} // namespace

PluginsModel::PluginsModel(const Formats &formats, QObject *parent)
    : RecordModel(
        formats, [](const api::PluginInfo &p) { return static_cast<quint64>(qHash(text(p.file))); },
        {
            {u"plugin"_s, u"Name; hover for what it does."_s, Qt::AlignLeft, 150,
             [](const api::PluginInfo &p, const Formats &) {
                 return Cell{text(p.name.empty() ? p.id : p.name),
                             {},
                             Tone::Normal,
                             text(p.description) + u'\n' + text(p.file)};
             }},
            {u"kind"_s, u"Agent, feed, venue, memory or backend."_s, Qt::AlignLeft, 56,
             [](const api::PluginInfo &p, const Formats &) {
                 return Cell{text(p.kind), {}, Tone::Muted};
             }},
            {u"version"_s, u"Its own version."_s, Qt::AlignLeft, 56,
             [](const api::PluginInfo &p, const Formats &) { return Cell{text(p.version)}; }},
            {u"state"_s, u"How far it has come."_s, Qt::AlignLeft, 92, stateCell},
            {u"reasons"_s, u"All of them, why it is not in use."_s, Qt::AlignLeft, 420,
             [](const api::PluginInfo &p, const Formats &) {
                 const QString reasons = allReasons(p);
                 return Cell{QString(reasons).replace(u'\n', u" · "_s),
                             {},
                             reasons.isEmpty() ? Tone::Muted : Tone::Warn,
                             reasons};
             }},
        },
        10'000, parent)
{}

} // namespace coinswarm::ui
