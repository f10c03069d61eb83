// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "nats_events.h"
#include "nats_handle.h"

#include <coinswarm/durable_log.h>

namespace coinswarm::nats {

/// The JetStream stream that a log is: its settings, and what the server says of it. Any thread.
class LogStream
{
public:
    LogStream(natsConnection *connection, std::shared_ptr<NatsEvents> events, Subject subject, std::string wireSubject,
              const LogOptions &options);

    /// Finds the stream, or makes it. Refused if there is one whose settings would lose entries.
    Result<void> open();
    /// Asks the server. A stream that is gone is made anew, and that is reported.
    Result<LogExtent> extent();

    Subject subject() const { return m_subject; }
    const std::string &wireSubject() const { return m_wireSubject; }
    const std::string &name() const { return m_name; }
    const LogOptions &options() const { return m_options; }
    natsConnection *connection() const { return m_connection; }
    NatsEvents &events() const { return *m_events; }

private:
    Result<StreamInfoPtr> find() const;
    Result<StreamInfoPtr> make() const;
    Error error(const std::string &act, natsStatus status, jsErrCode code) const;

    natsConnection *const m_connection;
    const std::shared_ptr<NatsEvents> m_events;
    const Subject m_subject;
    const std::string m_wireSubject;
    const std::string m_name;
    const LogOptions m_options;
    JetStreamPtr m_jetStream;
};

} // namespace coinswarm::nats
