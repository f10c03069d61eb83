// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/fields.h>
#include <coinswarm/ids.h>

#include <array>
#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace coinswarm::codec {

/// Swallows the fields of a value; only there to ask whether a type describes itself.
struct AnyVisitor {
    template <class T>
    void operator()(std::string_view, T &)
    {}
};

// clang-format off: version 14 takes requires-expressions apart.

/// A value struct with `static void fields(Self &, Visitor)`.
template <class T>
concept HasFields = requires(T &value, AnyVisitor visitor)
{
    T::fields(value, visitor);
};

/// A stateful class with `void visitState(Visitor &)`.
template <class T>
concept HasState = requires(T &value, AnyVisitor visitor)
{
    value.visitState(visitor);
};

/// Values that are written as their one number: Fixed, Timestamp, Id, Interval.
template <class T>
concept IsFixed = requires(T &v)
{
    {
        v.raw
        } -> std::same_as<std::int64_t &>;
    T::kScale;
};
template <class T>
concept IsTimestamp = requires(T &v)
{
    {
        v.ns
        } -> std::same_as<std::int64_t &>;
};
template <class T>
concept IsInterval = requires(T &v)
{
    {
        v.seconds
        } -> std::same_as<std::int32_t &>;
};
template <class T>
struct IsIdTrait : std::false_type {};
template <class Tag, class Rep>
struct IsIdTrait<Id<Tag, Rep>> : std::true_type {};
template <class T>
concept IsId = IsIdTrait<T>::value;

template <class T>
concept IsDuration = requires
{
    typename T::rep;
    typename T::period;
};

template <class T>
concept IsMap = requires
{
    typename T::key_type;
    typename T::mapped_type;
};

template <class T>
concept IsSet = requires
{
    typename T::key_type;
}
&&!IsMap<T>;

template <class T>
concept IsSequence = requires(T &v)
{
    v.begin();
    v.size();
    typename T::value_type;
    v.push_back(std::declval<typename T::value_type>());
}
&&!std::same_as<T, std::string>;

template <class T>
concept IsOptional = requires(T &v)
{
    v.has_value();
    v.reset();
    typename T::value_type;
};

template <class T>
struct IsVariantTrait : std::false_type {};
template <class... Ts>
struct IsVariantTrait<std::variant<Ts...>> : std::true_type {};
template <class T>
concept IsVariant = IsVariantTrait<T>::value;

template <class T>
struct IsArrayTrait : std::false_type {};
template <class T, std::size_t N>
struct IsArrayTrait<std::array<T, N>> : std::true_type {};
template <class T>
concept IsArray = IsArrayTrait<T>::value;

/// Digests, keys, signatures and embeddings: copied in one piece.
template <class T>
struct IsByteArrayTrait : std::false_type {};
template <std::size_t N>
struct IsByteArrayTrait<std::array<std::byte, N>> : std::true_type {};
template <std::size_t N>
struct IsByteArrayTrait<std::array<std::int8_t, N>> : std::true_type {};
template <class T>
concept IsByteArray = IsByteArrayTrait<T>::value;

/// An enum with enumNames(), shown by name in JSON.
template <class T>
concept NamedEnum = std::is_enum_v<T> && requires
{
    enumNames(T{});
};

// clang-format on

} // namespace coinswarm::codec
