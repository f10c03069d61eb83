// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/engine.h"
#include "cli/command.h"

#include <QtCore/QEventLoop>
#include <QtCore/QFutureWatcher>

namespace coinswarm::cli {

/// --url, --token-file, --data-folder.
std::vector<Option> remoteOptions();
/// --operator.
Option operatorOption();
/// Who acts: --operator, else the user's login name.
std::string operatorName(const Invocation &invocation);

/// A connection to a running engine for the length of one command.
class RemoteSession
{
public:
    /// Finds the engine by the options or by the file it has left. Unavailable, with what to do, if none is there.
    static Result<RemoteSession> open(const Invocation &invocation);

    api::Engine &engine() { return *m_engine; }

    /// Runs the event loop until the answer is there, which is soon: every call of the engine ends.
    template <class T>
    Result<T> wait(QFuture<Result<T>> future)
    {
        if (!future.isFinished()) {
            QEventLoop loop;
            QFutureWatcher<Result<T>> watcher;
            QObject::connect(&watcher, &QFutureWatcherBase::finished, &loop, &QEventLoop::quit);
            watcher.setFuture(future);
            loop.exec();
        }
        Result<T> result = future.resultCount() == 0
            ? Result<T>(Error{ErrorKind::Unavailable, "the engine went away before it answered"})
            : future.result();
        return result.ok() ? std::move(result) : Result<T>(explained(result.error()));
    }

private:
    explicit RemoteSession(std::unique_ptr<api::Engine> engine, std::string hint)
        : m_engine(std::move(engine)), m_hint(std::move(hint))
    {}
    Error explained(const Error &error) const;

    std::unique_ptr<api::Engine> m_engine;
    std::string m_hint;
};

/// Runs `act` with an open session, or reports why there is none.
int withSession(const Invocation &invocation, const std::function<int(RemoteSession &)> &act);

} // namespace coinswarm::cli
