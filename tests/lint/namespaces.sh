#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A folder's namespace has its name: core/trading is coinswarm::trading, ui coinswarm::ui, plugins/agents/trend coinswarm::trend.

source "$(dirname "${BASH_SOURCE[0]}")/lint.bash"

cpp_files core ui app plugins | grep -vE '^(plugins/template|app/[^/]*)(/|$)' | check namespaces '
    FNR == 1 {
        n = split(FILENAME, path, "/"); own = ""
        if (path[1] == "core") own = (path[2] == "include" || path[2] == "sdk") ? "" : path[2]
        if (path[1] == "core" && path[2] == "memory" && (path[3] == "quorum" || path[3] == "audit")) own = path[3]
        if (path[1] == "ui") own = "ui"
        if (path[1] == "app") own = path[2]
        if (path[1] == "plugins") own = path[n - 1]
        want = own == "" ? "coinswarm" : "coinswarm::" own
    }
    /^namespace coinswarm/ {
        got = $2
        if (got != want && (own == "" ? got !~ /^coinswarm::detail$/ : index(got, want "::") != 1)) bad("namespace " got " in the folder of " want)
    }
'
