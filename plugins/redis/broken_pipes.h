// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

namespace coinswarm::redis {

/// hiredis writes with write(): a server that was killed would end this process by SIGPIPE. Ignores that signal, unless
/// somebody handles it.
void ignoreBrokenPipes();

} // namespace coinswarm::redis
