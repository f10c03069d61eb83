// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/record_codec.h"

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "codec/json_writer.h"

#include <QtCore/QJsonDocument>

namespace coinswarm::engine {

namespace {

constexpr std::array<std::string_view, std::variant_size_v<EventBody>> kEventNames{"trade",
                                                                                   "quote",
                                                                                   "book_delta",
                                                                                   "candle",
                                                                                   "history_bar",
                                                                                   "timer",
                                                                                   "agent_voted",
                                                                                   "agent_failed",
                                                                                   "venue_report",
                                                                                   "operator_answered",
                                                                                   "operator_halted",
                                                                                   "operator_resumed",
                                                                                   "operator_paused",
                                                                                   "clock_stepped",
                                                                                   "session_restarted",
                                                                                   "feed_ended",
                                                                                   "reserve_recovered",
                                                                                   "pace_changed",
                                                                                   "event_skipped",
                                                                                   "episodes_recalled",
                                                                                   "weights_committed",
                                                                                   "agent_bench_committed"};

constexpr std::array<std::string_view, std::variant_size_v<Effect>> kEffectNames{
    "ask_agents",      "decision_made",     "submit",          "cancel",
    "query",           "order_changed",     "risk_checked",    "approval_changed",
    "fill_booked",     "round_trip_closed", "regime_changed",  "agent_benched",
    "alert",           "halt_changed",      "recall_episodes", "episode_closed",
    "weights_changed", "agent_returned"};

/// Reads the alternative number `index` of a variant, without an index byte before it.
template <class Variant, std::size_t... I>
Result<Variant> decodeAlternative(std::size_t index, std::span<const std::byte> payload, std::index_sequence<I...>)
{
    try {
        Variant value;
        codec::BinaryReader reader(payload);
        ((index == I ? (reader.read(value.template emplace<I>()), true) : false) || ...);
        if (!reader.atEnd()) {
            return Error{ErrorKind::Corrupt, "the record is longer than its type allows"};
        }
        return value;
    } catch (const codec::BinaryReader::DecodeError &error) {
        return Error{ErrorKind::Corrupt, std::string("the record cannot be read: ") + error.what()};
    }
}

/// Lists "name: type" of the fields of a value, for the format document.
class FieldLister
{
public:
    template <class T>
    void operator()(std::string_view name, const T &value)
    {
        m_text += (m_text.empty() ? "" : ", ") + ("`" + std::string(name) + "` ") + typeName(value);
    }

    const std::string &text() const { return m_text; }

private:
    template <class T>
    static std::string typeName(const T &)
    {
        if constexpr (std::is_same_v<T, bool>) {
            return "bool";
        } else if constexpr (std::is_enum_v<T>) {
            return "enum u8";
        } else if constexpr (std::is_floating_point_v<T>) {
            return "f64";
        } else if constexpr (std::is_arithmetic_v<T>) {
            return (std::is_signed_v<T> ? "i" : "u") + std::to_string(sizeof(T) * 8);
        } else if constexpr (codec::IsFixed<T>) {
            return "decimal";
        } else if constexpr (codec::IsTimestamp<T>) {
            return "time";
        } else if constexpr (codec::IsDuration<T>) {
            return "duration";
        } else if constexpr (codec::IsInterval<T>) {
            return "i32 seconds";
        } else if constexpr (codec::IsId<T>) {
            return "id u" + std::to_string(sizeof(T) * 8);
        } else if constexpr (std::is_same_v<T, std::string>) {
            return "text";
        } else if constexpr (std::is_same_v<T, IndicatorReadings>) {
            return "readings";
        } else if constexpr (codec::IsByteArray<T>) {
            return std::to_string(T{}.size()) + " × i8";
        } else if constexpr (codec::IsSequence<T>) {
            return "list of (" + typeName(typename T::value_type{}) + ")";
        } else if constexpr (codec::HasFields<T>) {
            FieldLister nested;
            T value{};
            T::fields(value, nested);
            return "{" + nested.text() + "}";
        } else {
            return "see code";
        }
    }

    std::string m_text;
};

template <class Variant, std::size_t... I>
void listTypes(std::string &out, std::uint16_t first, std::span<const std::string_view> names,
               std::index_sequence<I...>)
{
    const auto row = [&](std::size_t index, const std::string &fields) {
        out += "| " + std::to_string(first + index) + " | " + std::string(names[index]) + " | " + fields + " |\n";
    };
    const auto fieldsOf = [](auto value) {
        FieldLister lister;
        decltype(value)::fields(value, lister);
        return lister.text();
    };
    (row(I, fieldsOf(std::variant_alternative_t<I, Variant>{})), ...);
}

} // namespace

void encodeRecord(const EventBody &body, std::vector<std::byte> &out)
{
    codec::BinaryWriter writer(out);
    std::visit([&](const auto &event) { writer.write(event); }, body);
}

void encodeRecord(const Effect &effect, std::vector<std::byte> &out)
{
    codec::BinaryWriter writer(out);
    std::visit(
        [&](const auto &e) {
            if constexpr (std::is_same_v<std::decay_t<decltype(e)>, effect::Submit>) {
                writer.write(e.order.order());
                writer.write(e.order.approval());
            } else {
                writer.write(e);
            }
        },
        effect);
}

Result<EventBody> decodeEvent(std::uint16_t type, std::span<const std::byte> payload)
{
    if (!isEventType(type)) {
        return Error{ErrorKind::Corrupt, "record type " + std::to_string(type) + " is not an event"};
    }
    return decodeAlternative<EventBody>(type - 1U, payload, std::make_index_sequence<std::variant_size_v<EventBody>>());
}

Result<RecordedEffect> decodeEffect(std::uint16_t type, std::span<const std::byte> payload)
{
    if (!isEffectType(type)) {
        return Error{ErrorKind::Corrupt, "record type " + std::to_string(type) + " is not an effect"};
    }
    return decodeAlternative<RecordedEffect>(static_cast<std::size_t>(type - kFirstEffectType), payload,
                                             std::make_index_sequence<std::variant_size_v<RecordedEffect>>());
}

std::string_view recordTypeName(std::uint16_t type)
{
    return isEventType(type) ? kEventNames[type - 1U]
        : isEffectType(type) ? kEffectNames[static_cast<std::size_t>(type - kFirstEffectType)]
                             : std::string_view();
}

std::string describeRecord(std::uint16_t type, std::span<const std::byte> payload)
{
    const auto text = [](const QJsonValue &json) {
        return QJsonDocument(json.toObject()).toJson(QJsonDocument::Compact).toStdString();
    };
    const auto describe = [&](const auto &decoded) {
        if (!decoded.ok()) {
            return std::string(recordTypeName(type)) + " (unreadable: " + decoded.error().message + ")";
        }
        return std::visit(
            [&](const auto &value) { return std::string(recordTypeName(type)) + ' ' + text(codec::toJson(value)); },
            *decoded);
    };
    if (isEventType(type)) {
        return describe(decodeEvent(type, payload));
    }
    if (isEffectType(type)) {
        return describe(decodeEffect(type, payload));
    }
    char hex[16];
    std::snprintf(hex, sizeof hex, "type 0x%04x", type);
    return hex;
}

std::string recordTypesMarkdown()
{
    std::string out = "| type | name | fields in order |\n|---|---|---|\n";
    listTypes<EventBody>(out, 1, kEventNames, std::make_index_sequence<std::variant_size_v<EventBody>>());
    listTypes<RecordedEffect>(out, kFirstEffectType, kEffectNames,
                              std::make_index_sequence<std::variant_size_v<RecordedEffect>>());
    return out;
}

} // namespace coinswarm::engine
