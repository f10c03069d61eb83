#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every source says whose it is and under which licence; every header is included once.

source "$(dirname "${BASH_SOURCE[0]}")/lint.bash"

{
    { cpp_files '*.h' '*.cpp' && files '*.cmake' '*.sh' '*.bash' '*CMakeLists.txt' dev .ci; } | sort -u |
        while read -r file; do
            head -4 "$file" | grep -q 'SPDX-FileCopyrightText: The Coinswarm authors' &&
                head -4 "$file" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' ||
                echo "$file:1: the two SPDX lines are missing (docs/rules.md: file-headers)"
        done
    cpp_files '*.h' | while read -r file; do
        grep -qx '#pragma once' "$file" || echo "$file:1: #pragma once is missing (docs/rules.md: file-headers)"
    done
} | report
