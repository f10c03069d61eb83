// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QDeadlineTimer>
#include <QtCore/QEventLoop>
#include <QtCore/QFuture>

#include <chrono>
#include <stdexcept>

namespace coinswarm::test {

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

/// Handles events until `condition` holds. False if it does not in time.
template <class Condition>
bool waitFor(Condition condition, std::chrono::milliseconds limit = std::chrono::seconds(20))
{
    const QDeadlineTimer deadline(limit);
    while (!condition()) {
        if (deadline.hasExpired()) {
            return false;
        }
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 10);
    }
    return true;
}

/// The answer of an engine; an error if it does not come within `limit`.
template <class T>
Result<T> answer(QFuture<Result<T>> future, std::chrono::milliseconds limit = std::chrono::seconds(20))
{
    if (!waitFor([&] { return future.isFinished(); }, limit)) {
        return Error{ErrorKind::Unavailable, "no answer in time"};
    }
    return future.resultCount() == 0 ? Result<T>(Error{ErrorKind::Unavailable, "no result"}) : future.result();
}

} // namespace coinswarm::test
