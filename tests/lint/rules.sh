#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every rule has a script and every script a rule, so that neither drifts away from the other.

source "$(dirname "${BASH_SOURCE[0]}")/lint.bash"

{
    for script in tests/lint/*.sh; do
        grep -qF "$script" docs/rules.md || echo "$script:1: docs/rules.md does not give its reason (docs/rules.md: rules)"
    done
    grep -oE 'tests/lint/[a-z_]+\.sh' docs/rules.md | sort -u | while read -r script; do
        [[ -e $script ]] || echo "docs/rules.md:1: names $script, which does not exist (docs/rules.md: rules)"
    done
    grep -ohE 'check [a-z-]+ |rules\.md: [a-z-]+' tests/lint/*.sh | sed -E 's/.*(check |: )//; s/ //' | sort -u |
        while read -r rule; do
            grep -qE "^## $rule\$" docs/rules.md || echo "docs/rules.md:1: has no heading $rule (docs/rules.md: rules)"
        done
} | report
