// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/format.h"

#include <QtCore/QDateTime>
#include <QtCore/QLocale>
#include <QtCore/QTimeZone>

#include <cmath>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

constexpr QChar kMinus(0x2212);
constexpr QChar kThinSpace(0x2009);

QString withSign(QString digits, bool negative, bool zero, Sign sign)
{
    if (negative && !zero) {
        return kMinus + digits;
    }
    return sign == Sign::Always && !zero ? u'+' + digits : digits;
}

QString groupedInteger(std::uint64_t value)
{
    QString digits = QString::number(value);
    QString separator = QLocale().groupSeparator();
    if (separator.isEmpty() || separator.at(0).isSpace() || separator == u"’"_s) {
        separator = kThinSpace;
    }
    for (qsizetype at = digits.size() - 3; at > 0; at -= 3) {
        digits.insert(at, separator);
    }
    return digits;
}

QDateTime dateTime(Timestamp time, bool local)
{
    return local ? QDateTime::fromMSecsSinceEpoch(time.milliseconds())
                 : QDateTime::fromMSecsSinceEpoch(time.milliseconds(), QTimeZone::utc());
}

} // namespace

int decimalsOf(std::int64_t rawStep)
{
    int decimals = 8;
    while (decimals > 0 && rawStep != 0 && rawStep % 10 == 0) {
        rawStep /= 10;
        --decimals;
    }
    return decimals;
}

QString fixedText(std::int64_t raw, int decimals, Sign sign)
{
    const bool negative = raw < 0;
    std::uint64_t size =
        negative ? std::uint64_t{0} - static_cast<std::uint64_t>(raw) : static_cast<std::uint64_t>(raw);
    std::uint64_t unit = 1;
    for (int i = decimals; i < 8; ++i) {
        unit *= 10;
    }
    size = (size + unit / 2) / unit;
    std::uint64_t one = 1;
    for (int i = 0; i < decimals; ++i) {
        one *= 10;
    }
    QString digits = groupedInteger(size / one);
    if (decimals > 0) {
        digits += QLocale().decimalPoint() + QString::number(size % one).rightJustified(decimals, u'0');
    }
    return withSign(digits, negative, size == 0, sign);
}

QString numberText(double value, int decimals, Sign sign)
{
    if (!std::isfinite(value)) {
        return u"–"_s;
    }
    const double unit = std::pow(10.0, decimals);
    const double scaled = std::round(std::abs(value) * unit);
    if (scaled > 9e15) {
        return withSign(QLocale().toString(std::abs(value), 'g', 6), value < 0, false, sign);
    }
    const auto size = static_cast<std::uint64_t>(scaled);
    const auto one = static_cast<std::uint64_t>(unit);
    QString digits = groupedInteger(size / one);
    if (decimals > 0) {
        digits += QLocale().decimalPoint() + QString::number(size % one).rightJustified(decimals, u'0');
    }
    return withSign(digits, value < 0, size == 0, sign);
}

QString percentText(double share, int decimals, Sign sign)
{
    return numberText(share * 100, decimals, sign) + u" %"_s;
}

QString countText(std::uint64_t count)
{
    return groupedInteger(count);
}

QString timeText(Timestamp time, bool local)
{
    return time.ns == 0 ? u"–"_s : dateTime(time, local).toString(u"HH:mm:ss");
}

QString dayTimeText(Timestamp time, bool local)
{
    return time.ns == 0 ? u"–"_s : QLocale::c().toString(dateTime(time, local), u"d MMM HH:mm:ss");
}

QString fullTimeText(Timestamp time)
{
    if (time.ns == 0) {
        return u"no time yet"_s;
    }
    return dateTime(time, false).toString(u"yyyy-MM-dd HH:mm:ss.zzz") + u" UTC\n"_s
        + dateTime(time, true).toString(u"yyyy-MM-dd HH:mm:ss.zzz t");
}

QString ageText(Duration age)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
    if (seconds < 90) {
        return QString::number(std::max<std::int64_t>(seconds, 0)) + u" s"_s;
    }
    if (seconds < 90 * 60) {
        return QString::number(seconds / 60) + u" min"_s;
    }
    if (seconds < 48 * 3600) {
        return QString::number(seconds / 3600) + u" h"_s;
    }
    return QString::number(seconds / 86400) + u" d"_s;
}

QString intervalText(std::int32_t seconds)
{
    if (seconds % 86400 == 0) {
        return QString::number(seconds / 86400) + u'd';
    }
    if (seconds % 3600 == 0) {
        return QString::number(seconds / 3600) + u'h';
    }
    if (seconds % 60 == 0) {
        return QString::number(seconds / 60) + u'm';
    }
    return QString::number(seconds) + u's';
}

QString words(std::string_view enumName)
{
    return QString::fromUtf8(enumName.data(), static_cast<qsizetype>(enumName.size())).replace(u'_', u' ');
}

QString plural(std::uint64_t count, QLatin1StringView noun)
{
    return countText(count) + u' ' + noun + (count == 1 ? QString() : u"s"_s);
}

} // namespace coinswarm::ui
