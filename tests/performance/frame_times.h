// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <algorithm>
#include <cstdio>
#include <vector>

/// What the benchmarks of the desktop share: the figures of many frames, and how results are printed.
namespace coinswarm::bench {

/// At least one time.
inline QJsonObject percentiles(std::vector<double> milliseconds)
{
    using namespace Qt::StringLiterals;
    std::sort(milliseconds.begin(), milliseconds.end());
    const auto at = [&](double share) {
        return milliseconds[std::min(milliseconds.size() - 1,
                                     static_cast<std::size_t>(share * static_cast<double>(milliseconds.size())))];
    };
    return {{u"p50_ms"_s, at(0.5)}, {u"p99_ms"_s, at(0.99)}, {u"max_ms"_s, milliseconds.back()}};
}

/// The exit code of the program.
inline int printResult(const QJsonObject &result, bool compact)
{
    const QByteArray text =
        QJsonDocument(result).toJson(compact ? QJsonDocument::Compact : QJsonDocument::Indented) + '\n';
    return std::fputs(text.constData(), stdout) < 0 ? 1 : 0;
}

} // namespace coinswarm::bench
