// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/engine.h"
#include "rpc/rpc_protocol.h"

#include <QtCore/QFutureWatcher>
#include <QtCore/QObject>

#include <functional>
#include <map>

namespace coinswarm::rpc {

/// Turns method names and JSON into calls of an engine, and its answers into JSON.
///
/// Thread: the engine's owner's. The engine outlives the dispatcher; answers that come after the dispatcher are dropped.
class RpcDispatcher : public QObject
{
    Q_OBJECT

public:
    using Answer = std::function<void(const RpcOutcome &)>;

    explicit RpcDispatcher(api::Engine &engine, QObject *parent = nullptr);

    /// Calls `answer` exactly once, now or later, unless the dispatcher dies first.
    void call(const QString &method, const QJsonObject &params, Answer answer);
    std::vector<std::string> methods() const;

private:
    using Method = std::function<void(const QJsonObject &, Answer)>;

    template <class Parameters, class Invoke>
    void add(const char *name, Invoke invoke);
    template <class T>
    void whenFinished(QFuture<Result<T>> future, Answer answer);

    api::Engine &m_engine;
    std::map<std::string, Method> m_methods;
};

} // namespace coinswarm::rpc
