// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace coinswarm {

/// What went wrong, coarse enough to choose an exit code or a colour by.
enum class ErrorKind : unsigned char {
    Invalid, ///< The caller gave something that can never work (exit code 2).
    NotFound, ///< What was named does not exist.
    Unavailable, ///< A peer, a file or a lock is not there now; trying again may help (exit code 3).
    Environment, ///< Disk, permission, library: the machine must be mended first (exit code 3).
    Corrupt, ///< Data fails its own checks.
    Refused, ///< A rule of the program says no.
};

constexpr auto enumNames(ErrorKind)
{
    return std::array<std::string_view, 6>{"invalid", "not_found", "unavailable", "environment", "corrupt", "refused"};
}

/// A failure as a sentence a user can act on: what, where, what was expected, what to do.
struct Error {
    ErrorKind kind = ErrorKind::Invalid;
    std::string message;
};

/// Holds either a value or an Error. Reading the wrong one throws std::bad_variant_access,
/// which is a programming mistake and never part of normal flow.
template <class T>
class [[nodiscard]] Result
{
public:
    Result(T value) : m_content(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_content(std::in_place_index<1>, std::move(error)) {}

    bool ok() const noexcept { return m_content.index() == 0; }
    explicit operator bool() const noexcept { return ok(); }

    const T &value() const & { return std::get<0>(m_content); }
    T &value() & { return std::get<0>(m_content); }
    T &&value() && { return std::get<0>(std::move(m_content)); }
    const T &operator*() const & { return value(); }
    T &operator*() & { return value(); }
    const T *operator->() const { return &value(); }
    T *operator->() { return &value(); }

    const Error &error() const { return std::get<1>(m_content); }

private:
    std::variant<T, Error> m_content;
};

template <>
class [[nodiscard]] Result<void>
{
public:
    Result() = default;
    Result(Error error) : m_error(std::move(error)) {}

    bool ok() const noexcept { return !m_error.has_value(); }
    explicit operator bool() const noexcept { return ok(); }
    const Error &error() const { return m_error.value(); }

private:
    std::optional<Error> m_error;
};

/// Error{ErrorKind::Invalid, …} in one word; the other kinds are spelled out.
inline Error invalid(std::string message)
{
    return Error{ErrorKind::Invalid, std::move(message)};
}

} // namespace coinswarm
