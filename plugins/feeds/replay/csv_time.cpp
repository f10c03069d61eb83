// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "csv_time.h"

#include <algorithm>
#include <cstdint>

namespace coinswarm::replay {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
// Timestamp itself would reach from 1677 to 2262; these bounds leave room for intervals to be added.
constexpr std::int64_t kEarliest = -2'208'988'800; // 1900-01-01
constexpr std::int64_t kLatest = 7'258'118'400; // 2200-01-01

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Takes `text` apart from the left; each step fails without moving.
class Cursor
{
public:
    explicit Cursor(std::string_view text) : m_rest(text) {}

    bool done() const { return m_rest.empty(); }
    bool skip(char c)
    {
        if (m_rest.empty() || m_rest.front() != c) {
            return false;
        }
        m_rest.remove_prefix(1);
        return true;
    }
    /// A whole number of `least` to `most` digits.
    std::optional<int> number(std::size_t least, std::size_t most)
    {
        std::size_t count = 0;
        int value = 0;
        while (count < most && count < m_rest.size() && isDigit(m_rest[count])) {
            value = value * 10 + (m_rest[count] - '0');
            ++count;
        }
        if (count < least) {
            return std::nullopt;
        }
        m_rest.remove_prefix(count);
        return value;
    }
    /// Digits after a decimal point, in nanoseconds.
    std::int64_t fraction()
    {
        std::int64_t value = 0;
        std::int64_t scale = kSecond / 10;
        while (!m_rest.empty() && isDigit(m_rest.front())) {
            value += (m_rest.front() - '0') * scale;
            scale /= 10;
            m_rest.remove_prefix(1);
        }
        return value;
    }

private:
    std::string_view m_rest;
};

std::optional<Timestamp> fromNumber(std::string_view text, TimeUnit unit)
{
    const bool negative = text.front() == '-';
    if (negative) {
        text.remove_prefix(1); // before 1970
    }
    std::int64_t whole = 0;
    std::size_t i = 0;
    for (; i < text.size() && isDigit(text[i]); ++i) {
        if (i >= 19 || whole > (INT64_MAX - 9) / 10) {
            return std::nullopt;
        }
        whole = whole * 10 + (text[i] - '0');
    }
    if (i == 0) {
        return std::nullopt;
    }
    if (unit == TimeUnit::ByMagnitude) {
        unit = whole < 100'000'000'000        ? TimeUnit::Seconds
            : whole < 100'000'000'000'000     ? TimeUnit::Milliseconds
            : whole < 100'000'000'000'000'000 ? TimeUnit::Microseconds
                                              : TimeUnit::Nanoseconds;
    }
    const std::int64_t scale = unit == TimeUnit::Seconds ? kSecond
        : unit == TimeUnit::Milliseconds                 ? 1'000'000
        : unit == TimeUnit::Microseconds                 ? 1'000
                                                         : 1;
    if (whole / (kSecond / scale) >= kLatest) {
        return std::nullopt;
    }
    std::int64_t ns = whole * scale;
    if (i < text.size()) {
        Cursor rest(text.substr(i));
        if (!rest.skip('.')) {
            return std::nullopt;
        }
        ns += rest.fraction() / (kSecond / scale);
        if (!rest.done()) {
            return std::nullopt;
        }
    }
    return Timestamp{negative ? -ns : ns};
}

std::optional<std::int64_t> daysSinceEpoch(int year, int month, int day)
{
    using namespace std::chrono;
    const year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) {
        return std::nullopt;
    }
    return sys_days(date).time_since_epoch().count();
}

/// Year first if the first group has four digits, otherwise month first, as spreadsheets in the US write it.
std::optional<std::int64_t> parseDate(Cursor &cursor)
{
    Cursor attempt = cursor;
    if (const auto year = attempt.number(4, 4)) {
        const char separator = attempt.skip('-') ? '-' : attempt.skip('/') ? '/' : attempt.skip('.') ? '.' : '\0';
        const std::size_t least = separator == '\0' ? 2 : 1;
        const auto month = attempt.number(least, 2);
        if (!month || (separator != '\0' && !attempt.skip(separator))) {
            return std::nullopt;
        }
        const auto day = attempt.number(least, 2);
        cursor = attempt;
        return day ? daysSinceEpoch(*year, *month, *day) : std::nullopt;
    }
    const auto month = cursor.number(1, 2);
    const char separator = cursor.skip('/') ? '/' : '-';
    if (!month || (separator == '-' && !cursor.skip('-'))) {
        return std::nullopt;
    }
    const auto day = cursor.number(1, 2);
    if (!day || !cursor.skip(separator)) {
        return std::nullopt;
    }
    Cursor longYear = cursor;
    if (const auto year = longYear.number(4, 4)) {
        cursor = longYear;
        return daysSinceEpoch(*year, *month, *day);
    }
    // POSIX: 69 … 99 are the last century.
    const auto year = cursor.number(2, 2);
    return year ? daysSinceEpoch(*year + (*year < 69 ? 2000 : 1900), *month, *day) : std::nullopt;
}

/// Hours, minutes, optional seconds and zone, in nanoseconds from midnight UTC.
std::optional<std::int64_t> parseTimeOfDay(Cursor &cursor)
{
    const auto hour = cursor.number(1, 2);
    if (!hour || *hour > 23 || !cursor.skip(':')) {
        return std::nullopt;
    }
    const auto minute = cursor.number(2, 2);
    if (!minute || *minute > 59) {
        return std::nullopt;
    }
    std::int64_t ns = (*hour * 3600 + *minute * 60) * kSecond;
    if (cursor.skip(':')) {
        const auto second = cursor.number(2, 2);
        if (!second || *second > 60) {
            return std::nullopt;
        }
        ns += *second * kSecond;
        if (cursor.skip('.')) {
            ns += cursor.fraction();
        }
    }
    cursor.skip(' ');
    if (cursor.skip('Z') || (cursor.skip('U') && cursor.skip('T') && cursor.skip('C'))) {
        return ns;
    }
    const int sign = cursor.skip('+') ? 1 : cursor.skip('-') ? -1 : 0;
    if (sign != 0) {
        const auto hours = cursor.number(2, 2);
        cursor.skip(':');
        const auto minutes = cursor.number(0, 2);
        if (!hours || *hours > 15 || *minutes > 59) {
            return std::nullopt;
        }
        ns -= sign * (*hours * 3600 + *minutes * 60) * kSecond;
    }
    return ns;
}

/// Eight digits that make a date of this age: 20240131. As seconds they would be in 1970.
bool looksLikeCompactDate(std::string_view text)
{
    return text.size() >= 8 && (text.size() == 8 || !isDigit(text[8])) && (text[0] == '1' || text[0] == '2')
        && (text[1] == '9' || text[1] == '0' || text[1] == '1') && text.find('.') == std::string_view::npos;
}

} // namespace

TimeUnit unitOfColumn(std::string_view name)
{
    const std::size_t split = name.rfind('_');
    const std::string_view suffix = split == std::string_view::npos ? std::string_view() : name.substr(split + 1);
    if (suffix == "s" || suffix == "sec" || suffix == "seconds") {
        return TimeUnit::Seconds;
    }
    if (suffix == "ms" || suffix == "millis") {
        return TimeUnit::Milliseconds;
    }
    if (suffix == "us" || suffix == "micros") {
        return TimeUnit::Microseconds;
    }
    return suffix == "ns" || suffix == "nanos" ? TimeUnit::Nanoseconds : TimeUnit::ByMagnitude;
}

std::optional<Timestamp> parseTime(std::string_view text, TimeUnit unit)
{
    if (text.empty()) {
        return std::nullopt;
    }
    const bool numeric = std::all_of(text.begin() + (text.front() == '-' ? 1 : 0), text.end(),
                                     [](char c) { return isDigit(c) || c == '.'; });
    if (numeric && !(unit == TimeUnit::ByMagnitude && looksLikeCompactDate(text))) {
        return fromNumber(text, unit);
    }
    Cursor cursor(text);
    const auto days = parseDate(cursor);
    if (!days || *days * 86'400 < kEarliest || *days * 86'400 >= kLatest) {
        return std::nullopt;
    }
    std::int64_t ns = *days * 86'400 * kSecond;
    if (!cursor.done()) {
        if (!cursor.skip('T')) {
            cursor.skip(',');
            if (!cursor.skip(' ')) {
                return std::nullopt;
            }
        }
        const auto time = parseTimeOfDay(cursor);
        if (!time || !cursor.done()) {
            return std::nullopt;
        }
        ns += *time;
    }
    return Timestamp{ns};
}

} // namespace coinswarm::replay
