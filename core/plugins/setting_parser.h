// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/plugin_info.h"

#include <coinswarm/settings.h>

#include <QtCore/QJsonValue>

#include <string>
#include <vector>

namespace coinswarm::plugins {

/// Reads the "Settings" array of a plugin's metadata. What is wrong with it is appended to `problems`, all of it.
std::vector<SettingSpec> parseSettings(const QJsonValue &json, std::vector<std::string> &problems);

api::SettingInfo settingInfo(const SettingSpec &spec);

} // namespace coinswarm::plugins
