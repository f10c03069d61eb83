// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include <QtCore/QtGlobal>

#include <string>

/// The two small files by which programs of one user find and trust each other.
namespace coinswarm::rpc {

/// Where an engine can be reached: `control.json` in the user's state folder.
struct ControlEndpoint {
    std::string url; ///< "ws://127.0.0.1:41234"
    qint64 pid = 0;
    std::string session;
    std::string tokenFile;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("url", self.url);
        visit("pid", self.pid);
        visit("session", self.session);
        visit("token_file", self.tokenFile);
    }
};

/// 32 random bytes of the system's generator in hexadecimal.
std::string randomToken();

/// The token in `file`. If there is none, a new one is written there, readable by the user alone (0600), so that a
/// desktop that was connected finds its way back after the engine was restarted. A file that others can read is refused.
Result<std::string> loadOrCreateToken(const std::string &file);
/// NotFound if there is no such file; Refused if others can read it; Corrupt if it holds no token.
Result<std::string> readToken(const std::string &file);

/// Replaces control.json as a whole. The last engine that was started is the one that is found.
Result<void> writeEndpoint(const std::string &stateFolder, const ControlEndpoint &endpoint);
/// NotFound if no engine has left one.
Result<ControlEndpoint> readEndpoint(const std::string &stateFolder);
/// Removes control.json if it still names the process `pid`.
void removeEndpoint(const std::string &stateFolder, qint64 pid);

} // namespace coinswarm::rpc
