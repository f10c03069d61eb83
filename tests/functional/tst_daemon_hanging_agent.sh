#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A daemon whose agent never comes back from a call ends when it is told to, with its journal in order.

source "$(dirname "${BASH_SOURCE[0]}")/functional.bash"
cd "$home" || exit 1

"$COINSWARM_BIN/coinswarmd" --speed 600 --plugin-path "$COINSWARM_BIN/../tests/plugins/never_returns" \
    --set agents.never_returns.weight=0.1 >out.txt 2>log.txt &
daemon=$!

hangs() { cli status 2>/dev/null | grep -q "never_returns hangs"; }
eventually 60 hangs || fail "the agent is not reported as hanging: $(cli status 2>&1; tail -3 log.txt)"
journal=$(cli status --json | sed -n 's/.*"journal": "\(.*\)",*/\1/p' | head -1)

begin=$SECONDS
kill -TERM "$daemon"
wait "$daemon"
status=$?
daemon=
if ((SECONDS - begin > 15)); then fail "it took $((SECONDS - begin)) s to end"; fi
if ((status != 0)); then fail "the daemon ended with $status: $(tail -3 log.txt)"; fi
expect 0 "Sound" cli journal verify "$journal"

finish
