// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "nats_error.h"

#include "nats_handle.h"

namespace coinswarm::nats {

namespace {

ErrorKind kindOf(natsStatus status)
{
    switch (status) {
    case NATS_INVALID_ARG:
    case NATS_INVALID_SUBJECT:
    case NATS_INVALID_QUEUE_NAME:
    case NATS_ADDRESS_MISSING:
    case NATS_MAX_PAYLOAD:
        return ErrorKind::Invalid;
    case NATS_NO_RESPONDERS:
    case NATS_NOT_FOUND:
        return ErrorKind::NotFound;
    case NATS_CONNECTION_AUTH_FAILED:
    case NATS_NOT_PERMITTED:
    case NATS_SECURE_CONNECTION_WANTED:
    case NATS_SECURE_CONNECTION_REQUIRED:
    case NATS_SSL_ERROR:
    case NATS_DRAINING:
        return ErrorKind::Refused;
    case NATS_NO_MEMORY:
    case NATS_SYS_ERROR:
    case NATS_FAILED_TO_INITIALIZE:
        return ErrorKind::Environment;
    default:
        return ErrorKind::Unavailable;
    }
}

} // namespace

Error natsError(const std::string &act, natsStatus status, jsErrCode code)
{
    std::string message = act + ": " + natsStatus_GetText(status);
    natsStatus last = NATS_OK;
    const char *detail = nats_GetLastError(&last);
    // The thread's last error may be of another call.
    if (detail != nullptr && last == status && *detail != '\0') {
        message += std::string(" (") + detail + ")";
    }
    if (code != 0) {
        message += ", JetStream error " + std::to_string(static_cast<int>(code));
    }
    return {kindOf(status), message + "."};
}

void releaseNatsMemoryAtThreadEnd()
{
    struct Release {
        ~Release() { nats_ReleaseThreadMemory(); }
    };
    thread_local const Release release;
    static_cast<void>(release);
}

} // namespace coinswarm::nats
