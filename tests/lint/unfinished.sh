#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Nothing unfinished is merged: what is missing is an issue, not a note in the code.

source "$(dirname "${BASH_SOURCE[0]}")/lint.bash"

{ cpp_files '*.h' '*.cpp' && files '*.cmake' '*.sh' '*.md' '*.toml' '*CMakeLists.txt' dev .ci; } | grep -v '^tests/lint/' |
    grep -vx 'docs/rules.md' | check unfinished '
    /(^|[^A-Za-z])(TODO|FIXME|XXX|HACK|TBD)([^A-Za-z]|$)/ { bad("unfinished") }
    /[Nn]ot (yet )?implemented|for now,|[Pp]laceholder (code|implementation|value)/ { bad("unfinished") }
    /^ *#if 0/ { bad("dead code") }
'
