#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# One class per file pair, most of 80 to 150 lines. Above 400 a warning, above 800 a failure.

source "$(dirname "${BASH_SOURCE[0]}")/lint.bash"

cpp_files '*.h' '*.cpp' | while read -r file; do
    lines=$(wc -l <"$file")
    if ((lines > 800)); then
        echo "$file:800: $lines lines; split it (docs/rules.md: file-length)"
    elif ((lines > 400)); then
        echo "warning: $file has $lines lines: what else moved in? (docs/rules.md: file-length)" >&2
    fi
done | report
