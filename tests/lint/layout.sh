#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A folder says what the program does; names are snake_case.

source "$(dirname "${BASH_SOURCE[0]}")/lint.bash"

cpp_files '*.h' '*.cpp' | awk '
    { name = $0; sub(/.*\//, "", name) }
    ("/" $0) ~ /\/(utils?|common|helpers?|misc|shared|lib)\// {
        print $0 ":1: this folder says nothing about its content (docs/rules.md: layout)"
    }
    name ~ /(^|_)(utils?|helpers?|common|misc)\.(h|cpp)$/ { print $0 ":1: name the thing, not the drawer (docs/rules.md: layout)" }
    name !~ /^[a-z][a-z0-9_]*\.(h|cpp)$/ { print $0 ":1: file names are snake_case (docs/rules.md: layout)" }
' | report
