#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A daemon from its start to its end, supervised from the command line.

source "$(dirname "${BASH_SOURCE[0]}")/functional.bash"
cd "$home" || exit 1

expect 0 "Usage: coinswarmd" "$COINSWARM_BIN/coinswarmd" --help
expect 2 "did you mean --demo?" "$COINSWARM_BIN/coinswarmd" --dmo
expect 2 "did you mean" "$COINSWARM_BIN/coinswarmd" --set engine.decision_intervall=5m
expect 3 "does not exist" "$COINSWARM_BIN/coinswarmd" --config none.toml

"$COINSWARM_BIN/coinswarmd" --demo --speed 120 --set approval.rule=all --set approval.band_bps=5000 \
    --set approval.expiry=12h >demo.txt 2>log.txt &
daemon=$!

answers() { cli status --json >status.json 2>/dev/null; }
eventually 30 answers || { cat log.txt && fail "the daemon does not answer" && finish; }
expect 0 "running" cli status
expect 0 "tested at start" cli status
if [[ $(stat -c %a "$XDG_STATE_HOME/coinswarm/control.token") != 600 ]]; then fail "others can read the token"; fi

has_votes() { cli votes | grep -q "trend: "; }
eventually 30 has_votes || fail "nobody votes"
expect 0 '"decisions"' cli votes --json
expect 0 "BTC-USDT" cli positions

# An operator approves what was shown.
waits() { cli approvals list | grep -q '^Approval '; }
eventually 90 waits || fail "nothing waits for approval"
approval=$(cli approvals list | sed -n 's/^Approval \([0-9]*\) .*/\1/p' | head -1)
order=$(cli approvals list | sed -n 's/.*coinswarm-cli explain \([0-9]*\)`.*/\1/p' | head -1)
expect 1 "has changed" cli approvals approve "$approval" --hash 00
expect 0 "is approved" cli approvals approve "$approval" --operator alice --reason "looks right"
expect 1 "" cli approvals approve "$approval"
expect 1 "there is no approval 9999" cli approvals approve 9999

# And sees why.
filled() { cli explain "$order" 2>/dev/null | grep -q '^Fills: [1-9]'; }
eventually 60 filled || fail "the approved order $order was not filled"
for part in "approved by alice: looks right" "Risk gate: 2 runs" "of the committee: " "    - " "Market that the agents saw"; do
    expect 0 "$part" cli explain "$order"
done
expect 1 "" cli explain 999999
expect 0 "filled" cli orders

# Halt, resume, pause, speed.
expect 0 "" cli halt --reason "drill"
expect 0 "halted" cli status
expect 0 "drill" cli status
expect 0 "running" cli resume
expect 0 "paused" cli pause
expect 0 "running" cli unpause
expect 0 "running" cli speed 240
expect 0 "240" cli status
expect 2 "is no speed" cli speed fast
expect 2 "is no time" cli seek soon
expect 1 "stays decided" cli seek 2020-01-01
expect 0 "running" cli seek +2h
frozen() { cli status | grep -q ", frozen"; }
eventually 60 frozen || fail "the market was not played on by two hours"
expect 0 "running" cli unfreeze

# The end in good order: summary, sound journal, no address left behind.
journal=$(cli status --json | sed -n 's/.*"journal": "\(.*\)",*/\1/p' | head -1)
kill -TERM "$daemon"
wait "$daemon"
status=$?
daemon=
if ((status != 0)); then fail "the daemon ended with $status: $(tail -3 log.txt)"; fi
grep -q "APPROVAL  $approval waits" demo.txt || fail "the demonstration did not ask for approval"
grep -q "coinswarm-cli approvals approve $approval" demo.txt || fail "the demonstration did not say how to approve"
grep -q "  fill  " demo.txt || fail "the demonstration told no fill"
grep -q "^equity " demo.txt || fail "there is no summary"
expect 0 "Sound" cli journal verify "$journal"
expect 0 "Fills: " cli explain "$order" --journal "$journal"
expect 3 "no engine runs here" cli status

# As long as it was told.
begin=$SECONDS
expect 0 "equity" timeout 60 "$COINSWARM_BIN/coinswarmd" --demo --for 2s --data-folder "$home/other"
if ((SECONDS - begin > 20)); then fail "--for 2s took $((SECONDS - begin)) s"; fi
if [[ ! -e $home/other/data ]]; then fail "--data-folder was not used"; fi

finish
