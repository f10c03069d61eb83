#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# template_votes.sh PLUGINS: the template's agent, built outside the tree into the folder PLUGINS, votes in a running
# daemon beside the agents that came with it. The programs are in $COINSWARM_BIN.

source "$(dirname "${BASH_SOURCE[0]}")/../functional/functional.bash"
plugins=$(readlink -f "${1:?needs the folder of the built plugin}")
cd "$home" || exit 1

"$COINSWARM_BIN/coinswarmd" --speed 600 --plugin-path "$plugins" --set agents.mine.plugin=my_agent \
    --set agents.mine.weight=0.2 --set agents.mine.settings.bars=3 >log.txt 2>&1 &
daemon=$!

votes() { cli votes 2>/dev/null | grep -qE 'mine: (buy|sell|hold)'; }
eventually 60 votes || fail "the template's agent does not vote: $(tail -5 log.txt; cli votes 2>&1 | head -20)"
expect 0 "my_agent" cli plugins list --plugin-path "$plugins"

kill -TERM "$daemon"
wait "$daemon"
status=$?
daemon=
if ((status != 0)); then fail "the daemon ended with $status: $(tail -3 log.txt)"; fi

finish
