// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace coinswarm::bench {

using Clock = std::chrono::steady_clock;

inline double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

template <class T>
T take(Result<T> result)
{
    if (!result.ok()) {
        throw std::runtime_error(result.error().message);
    }
    return std::move(result).value();
}

inline void take(const Result<void> &result)
{
    if (!result.ok()) {
        throw std::runtime_error(result.error().message);
    }
}

struct Percentiles {
    double p50 = 0;
    double p99 = 0;
};

inline Percentiles percentiles(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values.empty() ? Percentiles{} : Percentiles{values[values.size() / 2], values[values.size() * 99 / 100]};
}

/// The main() of a benchmark without windows: reads --quick and --json and calls `measure(quick, json)`. Exit code 2 for
/// wrong usage, 3 for an exception.
template <class Measure>
int benchmarkMain(const char *name, int argc, char **argv, Measure measure)
{
    bool quick = false;
    bool json = false;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        quick = quick || argument == "--quick";
        json = json || argument == "--json";
        if (argument != "--quick" && argument != "--json") {
            std::fprintf(stderr, "usage: %s [--quick] [--json]\n", name);
            return 2;
        }
    }
    const QCoreApplication application(argc, argv);
    try {
        return measure(quick, json);
    } catch (const std::exception &exception) {
        std::fprintf(stderr, "%s: %s\n", name, exception.what());
        return 3;
    }
}

} // namespace coinswarm::bench
