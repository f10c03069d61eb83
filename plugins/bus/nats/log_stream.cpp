// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "log_stream.h"

#include "nats_error.h"

#include <algorithm>

namespace coinswarm::nats {

namespace {

constexpr std::int64_t kRequestWaitMs = 3000;

std::string streamName(std::string subject)
{
    std::replace(subject.begin(), subject.end(), '.', '_');
    // The server puts the name into a format string when it makes acknowledgement subjects.
    std::replace(subject.begin(), subject.end(), '%', '=');
    return subject;
}

} // namespace

LogStream::LogStream(natsConnection *connection, std::shared_ptr<NatsEvents> events, Subject subject,
                     std::string wireSubject, const LogOptions &options)
    : m_connection(connection),
      m_events(std::move(events)),
      m_subject(subject),
      m_wireSubject(std::move(wireSubject)),
      m_name(streamName(m_wireSubject)),
      m_options(options)
{}

Result<void> LogStream::open()
{
    jsOptions options;
    jsOptions_Init(&options);
    options.Wait = kRequestWaitMs;
    jsCtx *made = nullptr;
    if (const natsStatus status = natsConnection_JetStream(&made, m_connection, &options); status != NATS_OK) {
        return natsError("JetStream cannot be used", status);
    }
    m_jetStream.reset(made);
    auto info = find();
    if (!info.ok() && info.error().kind == ErrorKind::NotFound) {
        info = make();
    }
    if (!info.ok()) {
        return info.error();
    }
    const jsStreamConfig &found = *info.value()->Config;
    if (found.Retention != js_LimitsPolicy || found.Discard != js_DiscardNew || found.MaxAge != 0 || found.NoAck
        || found.Storage != js_FileStorage || found.MaxMsgs > 0 || found.MaxMsgsPerSubject > 0)
    {
        return Error{ErrorKind::Refused,
                     "The stream " + m_name
                         + " exists with settings that lose entries (storage, retention, discard, age "
                           "or number of messages). Remove it, or set \"subject_prefix\" so that another one is used."};
    }
    return {};
}

Result<LogExtent> LogStream::extent()
{
    releaseNatsMemoryAtThreadEnd();
    auto info = find();
    if (!info.ok() && info.error().kind == ErrorKind::NotFound) {
        info = make();
        if (info.ok()) {
            m_events->report({BusEvent::Kind::Failed,
                              "The stream " + m_name + " was gone with everything in it, and was made anew.", 0});
        }
    }
    if (!info.ok()) {
        return info.error();
    }
    const jsStreamInfo &found = **info;
    const jsStreamState &state = found.State;
    return LogExtent{static_cast<std::uint64_t>(found.Created), state.Msgs == 0 ? state.LastSeq + 1 : state.FirstSeq,
                     state.LastSeq};
}

Result<StreamInfoPtr> LogStream::find() const
{
    jsStreamInfo *info = nullptr;
    auto code = static_cast<jsErrCode>(0);
    const natsStatus status = js_GetStreamInfo(&info, m_jetStream.get(), m_name.c_str(), nullptr, &code);
    StreamInfoPtr owner(info);
    if (code == JSStreamNotFoundErr) {
        return Error{ErrorKind::NotFound, "There is no stream " + m_name + "."};
    }
    if (status != NATS_OK || info == nullptr) {
        return error("The stream " + m_name + " cannot be asked", status, code);
    }
    return owner;
}

Result<StreamInfoPtr> LogStream::make() const
{
    const char *subjects[] = {m_wireSubject.c_str()};
    jsStreamConfig config;
    jsStreamConfig_Init(&config);
    config.Name = m_name.c_str();
    config.Subjects = subjects;
    config.SubjectsLen = 1;
    config.Retention = js_LimitsPolicy;
    config.Discard = js_DiscardNew;
    config.Storage = js_FileStorage;
    config.MaxBytes = static_cast<std::int64_t>(m_options.maximumBytes);
    config.Replicas = m_options.replicas;
    config.Duplicates = std::chrono::nanoseconds(m_options.duplicateWindow).count();
    config.DenyDelete = true;
    config.DenyPurge = true;
    config.AllowRollup = false;
    jsStreamInfo *info = nullptr;
    auto code = static_cast<jsErrCode>(0);
    const natsStatus status = js_AddStream(&info, m_jetStream.get(), &config, nullptr, &code);
    StreamInfoPtr owner(info);
    if (status != NATS_OK && code == JSStreamNameExistErr) {
        // Somebody else was faster, perhaps with other limits; those then hold.
        return find();
    }
    if (status != NATS_OK || info == nullptr) {
        return error("The stream " + m_name + " with " + std::to_string(m_options.replicas)
                         + " replicas cannot be made",
                     status, code);
    }
    return owner;
}

Error LogStream::error(const std::string &act, natsStatus status, jsErrCode code) const
{
    if (code == JSNotEnabledErr || code == JSNotEnabledForAccountErr || (status == NATS_NO_RESPONDERS && code == 0)) {
        return {ErrorKind::Unavailable,
                act + ": JetStream does not answer. Start nats-server with JetStream, or wait for its leader."};
    }
    Error made = natsError(act, status, code);
    // A stream that is not found was told apart before.
    made.kind = made.kind == ErrorKind::NotFound ? ErrorKind::Unavailable : made.kind;
    return made;
}

} // namespace coinswarm::nats
