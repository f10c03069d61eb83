// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <coinswarm/timestamp.h>

#include <cstdio>

namespace coinswarm {

std::string toString(Timestamp t)
{
    using namespace std::chrono;
    const Timestamp day = startOfDay(t);
    const year_month_day date{sys_days{floor<days>(nanoseconds(day.ns))}};
    const std::int64_t ms = (t.ns - day.ns) / 1'000'000;
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(ms / 3'600'000), static_cast<int>(ms / 60'000 % 60),
                  static_cast<int>(ms / 1'000 % 60), static_cast<int>(ms % 1'000));
    return text;
}

} // namespace coinswarm
