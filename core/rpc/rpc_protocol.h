// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/fields.h>
#include <coinswarm/result.h>

#include <QtCore/QJsonObject>
#include <QtCore/QJsonValue>
#include <QtCore/QString>

#include <variant>

/// JSON-RPC 2.0 as docs/control-api.md describes it: one message per WebSocket text frame. Pure functions; whatever the
/// text, they answer and never throw.
namespace coinswarm::rpc {

/// Raised when a method or a field changes its meaning. Both sides must have the same.
inline constexpr int kRpcVersion = 1;
inline constexpr quint64 kMaxRequestBytes = quint64{256} << 10;
inline constexpr quint64 kMaxReplyBytes = quint64{64} << 20;

/// JSON-RPC's own codes. Errors of the engine have kEngineError − ErrorKind.
enum class RpcCode : int {
    ParseError = -32700,
    InvalidRequest = -32600,
    MethodNotFound = -32601,
    InvalidParams = -32602,
    EngineError = -32000,
};

struct RpcFault {
    RpcCode code = RpcCode::EngineError;
    Error error;
};

/// A result, or why there is none.
using RpcOutcome = std::variant<QJsonValue, RpcFault>;

struct RpcRequest {
    QJsonValue id; ///< a number or a text
    QString method;
    QJsonObject params;
};

/// What could not be read as a request, with the id if there was one.
struct RpcRefusal {
    QJsonValue id = QJsonValue::Null;
    RpcFault fault;
};

struct RpcReply {
    qint64 id = 0;
    Result<QJsonValue> result;
};

struct RpcNotification {
    QString method;
    QJsonObject params;
};

QString encodeRequest(qint64 id, const QString &method, const QJsonObject &params);
QString encodeOutcome(const QJsonValue &id, const RpcOutcome &outcome);
QString encodeNotification(const QString &method, const QJsonObject &params);

/// What a server receives. Every request needs an id; batches are refused.
std::variant<RpcRequest, RpcRefusal> parseRequest(const QString &text);
/// What a client receives.
Result<std::variant<RpcReply, RpcNotification>> parseIncoming(const QString &text);

} // namespace coinswarm::rpc
