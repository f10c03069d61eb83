#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A daemon that remembers: trades become episodes by quorum, people propose and are told what was decided, everything is
# there after kill -9, and the database can be made again.

source "$(dirname "${BASH_SOURCE[0]}")/functional.bash"
cd "$home" || exit 1

expect 1 "there is no memory yet" cli memory stats
start() {
    "$COINSWARM_BIN/coinswarmd" --speed 6000 --set approval.rule=none >>demo.txt 2>>log.txt &
    daemon=$!
    eventually 60 answers || { cat log.txt && fail "the daemon does not answer" && finish; }
}
answers() { cli status --json >status.json 2>/dev/null; }
episodes() { cli memory stats --json 2>/dev/null | field episodes; }
remembers() { (($(episodes) >= $1)); }

start
eventually 90 remembers 3 || fail "no trade became an episode"
expect 0 "Sound" cli audit verify "$XDG_DATA_HOME/coinswarm/memory/swarm/audit.csaudit" \
    --genesis "$XDG_DATA_HOME/coinswarm/memory/swarm/genesis.txt"
expect 0 "add_episode from engine: accepted" cli audit show 1
expect 0 "distances are squared" cli memory recall
expect 0 '"neighbours"' cli memory recall --json --count 2

# People propose, managers decide.
expect 0 "has decided so" cli committee bench trend --reason "a drill" --operator alice
expect 1 "agent_already_so" cli committee bench trend
expect 0 "benched" cli memory stats
expect 1 "weights_not_named" cli committee weights trend=0.5 nobody=0.5
expect 1 "weight_out_of_bounds" cli committee weights trend=0.98 mean_reversion=0.01 risk=0.01
expect 2 "is no weight" cli committee weights trend
expect 0 "has decided so" cli committee unbench trend
expect 0 "alice: a drill" cli audit export

# Nothing that was decided is lost.
before=$(episodes)
kill -9 "$daemon"
wait "$daemon" 2>/dev/null
expect 0 "Sound" cli audit verify "$XDG_DATA_HOME/coinswarm/memory/swarm/audit.csaudit"
remembers "$before" || fail "episodes are lost: $(episodes) of $before"
start
remembers "$before" || fail "episodes are lost: $(episodes) of $before"
eventually 90 remembers $((before + 1)) || fail "nothing is remembered after the restart"
kill "$daemon"
wait "$daemon" 2>/dev/null
daemon=
expect 0 "add_episode" cli memory stats --json
if cli audit export | grep -q trip_already_known; then fail "a trade was proposed again that was known"; fi

# Every trade that is remembered is in the journal that the engine vouched for, those from before the crash too.
expect 0 "Proven" cli memory prove 1
expect 0 '"proven": true' cli memory prove "$(episodes)" --json
expect 1 "there is no episode 99999" cli memory prove 99999
expect 2 "is no episode" cli memory prove one
cp -r "$XDG_DATA_HOME/coinswarm/sessions/paper/journal" altered
segment=$(find altered -name '*.csj' | sort | head -1)
printf '\001' | dd of="$segment" bs=1 seek=100000 conv=notrunc status=none
expect 1 "ampered" cli memory prove 1 --journal altered
"$COINSWARM_BIN/coinswarmd" --demo --for 2s --data-folder "$home/other" >>demo.txt 2>>log.txt
expect 1 "key" cli memory prove 1 --journal other/data/sessions/paper/journal
expect 3 "Unreadable" cli memory prove 1 --journal nowhere

expect 0 "Rebuilt from" cli memory rebuild
expect 0 "Rebuilt from" cli memory rebuild

# What a manager needs.
expect 2 "memory.bus" "$COINSWARM_BIN/coinswarmd" --role manager --id m1
expect 2 "expected engine or manager" "$COINSWARM_BIN/coinswarmd" --role nobody
finish
