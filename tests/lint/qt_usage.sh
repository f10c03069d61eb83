#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A connection names the object it dies with, and crosses threads as Qt decides, not as the writer hopes.

source "$(dirname "${BASH_SOURCE[0]}")/lint.bash"

cpp_files '*.h' '*.cpp' | check qt-usage '
    FNR == 1 { depth = 0 }
    code ~ /Qt::DirectConnection|Qt::BlockingQueuedConnection/ { bad("leave the connection type to Qt") }
    code ~ /[^A-Z_](SIGNAL|SLOT) *\(/ { bad("connect member functions, not their names") }
    {
        text = code
        if (!depth && match(text, /(^|[^A-Za-z_:.>])(QObject::)?connect *\(/)) {
            text = substr(text, RSTART + RLENGTH); depth = 1; commas = 0
        } else if (!depth) next
        for (i = 1; i <= length(text) && depth; i++) {
            c = substr(text, i, 1)
            if (c ~ /[({[]/) depth++
            else if (c ~ /[)}\]]/) depth--
            else if (c == "," && depth == 1) commas++
        }
        if (!depth && commas == 2) bad("connect with four arguments: sender, signal, receiver or context, slot")
    }
'
