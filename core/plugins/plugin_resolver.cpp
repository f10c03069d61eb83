// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/plugin_resolver.h"

#include <algorithm>
#include <map>
#include <set>

namespace coinswarm::plugins {

namespace {

using ById = std::map<std::string, PluginSpec *>;

/// The plugin that each id stands for. Later ones with an id that is taken are refused.
ById firstOfEachId(std::vector<PluginSpec> &specs)
{
    ById byId;
    for (PluginSpec &spec : specs) {
        // A refused file must not take the id of a good one.
        if (spec.state == api::PluginState::Invalid) {
            continue;
        }
        const auto [place, isNew] = byId.try_emplace(spec.id, &spec);
        if (!isNew) {
            spec.refuse(api::PluginState::Invalid,
                        "There is another plugin with the id \"" + spec.id + "\", " + place->second->file
                            + ", which comes first and is used. Remove one of them.");
        }
    }
    for (PluginSpec &spec : specs) {
        if (spec.state == api::PluginState::Invalid) {
            byId.try_emplace(spec.id, &spec);
        }
    }
    return byId;
}

/// Why `dependency` cannot be had; empty if it is there, whatever becomes of its own dependencies.
std::string missing(const api::PluginDependency &dependency, const ById &byId)
{
    const std::string what = "It needs \"" + dependency.id + "\" " + dependency.version + ", which ";
    const auto found = byId.find(dependency.id);
    if (found == byId.end()) {
        return what + "is not installed.";
    }
    const PluginSpec &present = *found->second;
    if (present.state == api::PluginState::Invalid) {
        return what + "was refused.";
    }
    if (present.state == api::PluginState::Disabled) {
        return what + "is disabled.";
    }
    if (!versionSatisfies(present.version, dependency.version)) {
        return what + "is there as " + present.version + "; the same major version, not lower, is needed.";
    }
    return {};
}

/// Walks the dependencies from `id` to find the way back to it: "a → b → a". Empty if there is none.
std::string circleThrough(const std::string &goal, const std::string &at, const ById &byId, std::set<std::string> &seen)
{
    const auto found = byId.find(at);
    if (found == byId.end()) {
        return {};
    }
    for (const api::PluginDependency &dependency : found->second->dependencies) {
        if (dependency.id == goal) {
            return at + " → " + goal;
        }
        if (seen.insert(dependency.id).second) {
            const std::string rest = circleThrough(goal, dependency.id, byId, seen);
            if (!rest.empty()) {
                return at + " → " + rest;
            }
        }
    }
    return {};
}

bool isReady(const PluginSpec &spec, const ById &byId)
{
    return std::all_of(spec.dependencies.begin(), spec.dependencies.end(),
                       [&](const api::PluginDependency &dependency) {
                           return byId.at(dependency.id)->state == api::PluginState::Resolved;
                       });
}

/// Ids of those that can be used, each after what it needs; among those that could come next, the lowest id.
std::vector<std::string> resolveInOrder(const ById &byId)
{
    std::vector<std::string> order;
    bool progress = true;
    while (progress) {
        progress = false;
        for (const auto &[id, spec] : byId) {
            if (spec->state == api::PluginState::Read && spec->reasons.empty() && isReady(*spec, byId)) {
                spec->state = api::PluginState::Resolved;
                order.push_back(id);
                progress = true;
                break;
            }
        }
    }
    return order;
}

void explainUnresolved(const ById &byId)
{
    for (const auto &[id, spec] : byId) {
        if (spec->state != api::PluginState::Read || !spec->reasons.empty()) {
            continue;
        }
        std::set<std::string> seen;
        const std::string circle = circleThrough(id, id, byId, seen);
        if (!circle.empty()) {
            spec->reasons.push_back("It needs itself: " + circle + ".");
            continue;
        }
        for (const api::PluginDependency &dependency : spec->dependencies) {
            if (byId.at(dependency.id)->state != api::PluginState::Resolved) {
                spec->reasons.push_back("It needs \"" + dependency.id + "\", which cannot be used itself.");
            }
        }
    }
}

} // namespace

void resolvePlugins(std::vector<PluginSpec> &specs)
{
    const ById byId = firstOfEachId(specs);
    for (const auto &[id, spec] : byId) {
        if (spec->state != api::PluginState::Read) {
            continue;
        }
        for (const api::PluginDependency &dependency : spec->dependencies) {
            const std::string reason = missing(dependency, byId);
            if (!reason.empty()) {
                spec->reasons.push_back(reason);
            }
        }
    }
    const std::vector<std::string> order = resolveInOrder(byId);
    explainUnresolved(byId);

    const auto rank = [&](const PluginSpec &spec) {
        return spec.state == api::PluginState::Resolved ? std::find(order.begin(), order.end(), spec.id) - order.begin()
                                                        : static_cast<std::ptrdiff_t>(order.size());
    };
    std::stable_sort(specs.begin(), specs.end(), [&](const PluginSpec &a, const PluginSpec &b) {
        const auto left = rank(a);
        const auto right = rank(b);
        return left != right ? left < right : a.id < b.id;
    });
}

} // namespace coinswarm::plugins
