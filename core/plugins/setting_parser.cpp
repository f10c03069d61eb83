// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/setting_parser.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>

#include <charconv>
#include <optional>

namespace coinswarm::plugins {

namespace {

std::optional<SettingValue> defaultOf(const QString &type, const QJsonValue &value)
{
    if (type == QLatin1String("boolean") && value.isBool()) {
        return SettingValue(value.toBool());
    }
    if (type == QLatin1String("integer") && value.isDouble()
        && static_cast<double>(value.toInteger()) == value.toDouble()) {
        return SettingValue(static_cast<std::int64_t>(value.toInteger()));
    }
    if (type == QLatin1String("real") && value.isDouble()) {
        return SettingValue(value.toDouble());
    }
    if (type == QLatin1String("text") && value.isString()) {
        return SettingValue(value.toString().toStdString());
    }
    return std::nullopt;
}

bool isKnownType(const QString &type)
{
    return type == QLatin1String("boolean") || type == QLatin1String("integer") || type == QLatin1String("real")
        || type == QLatin1String("text");
}

void readRange(const QJsonObject &json, SettingSpec &spec, std::vector<std::string> &problems)
{
    const QJsonValue minimum = json.value(QLatin1String("Minimum"));
    const QJsonValue maximum = json.value(QLatin1String("Maximum"));
    if (minimum.isUndefined() && maximum.isUndefined()) {
        return;
    }
    const bool isNumber =
        std::holds_alternative<std::int64_t>(spec.defaultValue) || std::holds_alternative<double>(spec.defaultValue);
    if (!isNumber || !minimum.isDouble() || !maximum.isDouble() || minimum.toDouble() > maximum.toDouble()) {
        problems.push_back("Setting \"" + spec.key
                           + "\": a range needs a number as type and both \"Minimum\" and \"Maximum\".");
        return;
    }
    spec.minimum = minimum.toDouble();
    spec.maximum = maximum.toDouble();
}

void readChoices(const QJsonObject &json, SettingSpec &spec, std::vector<std::string> &problems)
{
    const QJsonValue choices = json.value(QLatin1String("Choices"));
    if (choices.isUndefined()) {
        return;
    }
    if (!choices.isArray() || !std::holds_alternative<std::string>(spec.defaultValue)) {
        problems.push_back("Setting \"" + spec.key + "\": \"Choices\" must be a list and belongs to a text.");
        return;
    }
    const QJsonArray list = choices.toArray();
    for (const QJsonValue &choice : list) {
        spec.choices.push_back(choice.toString().toStdString());
    }
}

std::string shortest(double value)
{
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value);
    return std::string(text, end.ptr);
}

} // namespace

std::vector<SettingSpec> parseSettings(const QJsonValue &json, std::vector<std::string> &problems)
{
    std::vector<SettingSpec> specs;
    if (json.isUndefined()) {
        return specs;
    }
    if (!json.isArray()) {
        problems.emplace_back("\"Settings\" in its metadata must be a list.");
        return specs;
    }
    const QJsonArray list = json.toArray();
    for (const QJsonValue &element : list) {
        const QJsonObject object = element.toObject();
        SettingSpec spec;
        spec.key = object.value(QLatin1String("Key")).toString().toStdString();
        spec.description = object.value(QLatin1String("Description")).toString().toStdString();
        if (spec.key.empty()) {
            problems.emplace_back("A setting in its metadata has no \"Key\".");
            continue;
        }
        const QString type = object.value(QLatin1String("Type")).toString();
        const std::optional<SettingValue> value = defaultOf(type, object.value(QLatin1String("Default")));
        if (!isKnownType(type) || !value.has_value()) {
            problems.push_back("Setting \"" + spec.key
                               + "\" needs a \"Type\" (boolean, integer, real or text) and a \"Default\" "
                                 "of that type.");
            continue;
        }
        spec.defaultValue = *value;
        readRange(object, spec, problems);
        readChoices(object, spec, problems);
        const Result<Settings> own = checkedSettings({spec}, {{spec.key, spec.defaultValue}});
        if (!own.ok()) {
            problems.push_back("The default of a setting breaks its own rule: " + own.error().message + ".");
        }
        specs.push_back(std::move(spec));
    }
    return specs;
}

api::SettingInfo settingInfo(const SettingSpec &spec)
{
    static constexpr const char *types[] = {"boolean", "integer", "real", "text"};
    api::SettingInfo info;
    info.key = spec.key;
    info.type = types[spec.defaultValue.index()];
    info.description = spec.description;
    info.choices = spec.choices;
    if (const auto *flag = std::get_if<bool>(&spec.defaultValue)) {
        info.defaultValue = *flag ? "true" : "false";
    } else if (const auto *integer = std::get_if<std::int64_t>(&spec.defaultValue)) {
        info.defaultValue = std::to_string(*integer);
    } else if (const auto *real = std::get_if<double>(&spec.defaultValue)) {
        info.defaultValue = shortest(*real);
    } else {
        info.defaultValue = std::get<std::string>(spec.defaultValue);
    }
    if (spec.minimum <= spec.maximum) {
        info.minimum = shortest(spec.minimum);
        info.maximum = shortest(spec.maximum);
    }
    return info;
}

} // namespace coinswarm::plugins
