// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "rpc/rpc_protocol.h"

#include <QtCore/QJsonDocument>

namespace coinswarm::rpc {

namespace {

const auto kVersionKey = QLatin1StringView("jsonrpc");
const auto kVersionText = QLatin1StringView("2.0");
const auto kIdKey = QLatin1StringView("id");
const auto kMethodKey = QLatin1StringView("method");
const auto kParamsKey = QLatin1StringView("params");
const auto kResultKey = QLatin1StringView("result");
const auto kErrorKey = QLatin1StringView("error");
const auto kCodeKey = QLatin1StringView("code");
const auto kMessageKey = QLatin1StringView("message");
const auto kDataKey = QLatin1StringView("data");
const auto kKindKey = QLatin1StringView("kind");

QString written(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

QJsonObject faultJson(const RpcFault &fault)
{
    const std::string_view kind = enumName(fault.error.kind);
    const int code = fault.code == RpcCode::EngineError
        ? static_cast<int>(fault.code) - static_cast<int>(fault.error.kind)
        : static_cast<int>(fault.code);
    return {{kCodeKey, code},
            {kMessageKey, QString::fromStdString(fault.error.message)},
            {kDataKey, QJsonObject{{kKindKey, QString::fromLatin1(kind.data(), static_cast<qsizetype>(kind.size()))}}}};
}

ErrorKind kindOf(const QJsonObject &error)
{
    const std::string name = error.value(kDataKey).toObject().value(kKindKey).toString().toStdString();
    for (std::size_t i = 0; i < kEnumNames<ErrorKind>.size(); ++i) {
        if (kEnumNames<ErrorKind>[i] == name) {
            return static_cast<ErrorKind>(i);
        }
    }
    return ErrorKind::Invalid;
}

RpcRefusal refusal(const QJsonValue &id, RpcCode code, std::string message)
{
    return {id, {code, invalid(std::move(message))}};
}

} // namespace

QString encodeRequest(qint64 id, const QString &method, const QJsonObject &params)
{
    return written({{kVersionKey, kVersionText}, {kIdKey, id}, {kMethodKey, method}, {kParamsKey, params}});
}

QString encodeOutcome(const QJsonValue &id, const RpcOutcome &outcome)
{
    QJsonObject object{{kVersionKey, kVersionText}, {kIdKey, id}};
    if (const auto *value = std::get_if<QJsonValue>(&outcome)) {
        object.insert(kResultKey, *value);
    } else {
        object.insert(kErrorKey, faultJson(std::get<RpcFault>(outcome)));
    }
    return written(object);
}

QString encodeNotification(const QString &method, const QJsonObject &params)
{
    return written({{kVersionKey, kVersionText}, {kMethodKey, method}, {kParamsKey, params}});
}

std::variant<RpcRequest, RpcRefusal> parseRequest(const QString &text)
{
    QJsonParseError parseError;
    const QJsonDocument document = QJsonDocument::fromJson(text.toUtf8(), &parseError);
    if (parseError.error != QJsonParseError::NoError) {
        return refusal(QJsonValue::Null, RpcCode::ParseError,
                       "the message is not JSON: " + parseError.errorString().toStdString() + " at byte "
                           + std::to_string(parseError.offset));
    }
    if (!document.isObject()) {
        return refusal(QJsonValue::Null, RpcCode::InvalidRequest,
                       "the message must be one JSON object; batches are not accepted");
    }
    const QJsonObject object = document.object();
    const QJsonValue id = object.value(kIdKey);
    if (!id.isDouble() && !id.isString()) {
        return refusal(QJsonValue::Null, RpcCode::InvalidRequest, "id must be a number or a text");
    }
    if (object.value(kVersionKey).toString() != kVersionText) {
        return refusal(id, RpcCode::InvalidRequest, "jsonrpc must be \"2.0\"");
    }
    if (!object.value(kMethodKey).isString()) {
        return refusal(id, RpcCode::InvalidRequest, "method must be a text");
    }
    const QJsonValue params = object.value(kParamsKey);
    if (!params.isUndefined() && !params.isObject()) {
        return refusal(id, RpcCode::InvalidParams, "params must be an object; parameters go by name");
    }
    return RpcRequest{id, object.value(kMethodKey).toString(), params.toObject()};
}

Result<std::variant<RpcReply, RpcNotification>> parseIncoming(const QString &text)
{
    using Incoming = std::variant<RpcReply, RpcNotification>;
    const QJsonDocument document = QJsonDocument::fromJson(text.toUtf8());
    const QJsonObject object = document.object();
    if (object.value(kVersionKey).toString() != kVersionText) {
        return Error{ErrorKind::Corrupt, "the engine sent something that is not JSON-RPC 2.0"};
    }
    if (object.contains(kMethodKey)) {
        return Incoming(RpcNotification{object.value(kMethodKey).toString(), object.value(kParamsKey).toObject()});
    }
    const qint64 id = object.value(kIdKey).toInteger(-1);
    if (object.contains(kErrorKey)) {
        const QJsonObject error = object.value(kErrorKey).toObject();
        return Incoming(RpcReply{id, Error{kindOf(error), error.value(kMessageKey).toString().toStdString()}});
    }
    return Incoming(RpcReply{id, object.value(kResultKey)});
}

} // namespace coinswarm::rpc
