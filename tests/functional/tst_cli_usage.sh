#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Help, mistakes and their exit codes.

source "$(dirname "${BASH_SOURCE[0]}")/functional.bash"

expect 0 "Usage: coinswarm-cli COMMAND" cli --help
expect 2 "Usage: coinswarm-cli COMMAND" cli
expect 0 "coinswarm-cli" cli --version
expect 0 "--fee-bps" cli backtest --help
expect 0 "--fee-bps" cli help backtest
expect 2 "did you mean backtest?" cli bactest
expect 2 "journal verify" cli journal
expect 2 "did you mean --data?" cli backtest --dta x
expect 2 "--data FILE is missing" cli backtest
expect 3 "there is no file" cli backtest --data "$home/nothing.csv"
expect 2 "expected: coinswarm-cli explain ORDER" cli explain
expect 2 "is no order" cli explain seven
expect 2 "a rejection says why" cli approvals reject 1 --url ws://127.0.0.1:1 --token-file "$home/token"
expect 3 "no engine runs here" cli status
expect 3 '"kind": "unavailable"' cli status --json
expect 3 "there is no token file" cli status --url ws://127.0.0.1:1

# Every command explains itself with an example or at least its options.
cli --help | sed -n 's/^  \([a-z-]*\( [a-z-]*\)\{0,1\}\)  .*/\1/p' | while read -r command; do
    # shellcheck disable=SC2086 # a command has two words
    cli $command --help | grep -q -- --json || echo "FAIL: $command --help says nothing"
done | grep FAIL && fail "a command without help"

# An engine that has gone without a word.
mkdir -p "$XDG_STATE_HOME/coinswarm"
printf '%064d\n' 0 >"$XDG_STATE_HOME/coinswarm/control.token"
chmod 600 "$XDG_STATE_HOME/coinswarm/control.token"
printf '{"url": "ws://127.0.0.1:1", "pid": 1, "session": "x", "token_file": "%s"}\n' \
    "$XDG_STATE_HOME/coinswarm/control.token" >"$XDG_STATE_HOME/coinswarm/control.json"
expect 3 "start coinswarmd" cli status
chmod 644 "$XDG_STATE_HOME/coinswarm/control.token"
expect 3 "chmod 600" cli status

# Configuration.
expect 0 "in order" cli config check
cli config template >"$home/template.toml"
expect 0 "in order" cli config check "$home/template.toml"
printf '[engine]\ndecision_intervall = "1m"\n' >"$home/wrong.toml"
expect 1 "wrong.toml:2:1" cli config check "$home/wrong.toml"
expect 1 "decision_interval" cli config check "$home/wrong.toml" --json
expect 3 "does not exist" cli config check "$home/none.toml"
printf '[feed.settings]\nsede = 1\n' >"$home/plugin.toml"
expect 1 "did you mean" cli config check "$home/plugin.toml"
expect 0 'engine.decision_interval = "5m"' cli config show --set engine.decision_interval=5m

# Plugins.
expect 0 "trend" cli plugins list
expect 0 '"state": "resolved"' cli plugins list --json
expect 0 "will not be used" cli plugins disable trend --reason "holiday"
expect 0 "holiday" cli plugins list
expect 0 "will be used" cli plugins enable trend
expect 0 "votes" cli plugins self-test
mkdir -p "$home/broken"
printf 'no library' >"$home/broken/broken.so"
expect 1 "FAILED" cli plugins self-test --plugin-path "$home/broken"
expect 0 "broken" cli plugins list --plugin-path "$home/broken"

# Generated pages.
for page in commands configuration record-types risk-limits embedding; do expect 0 "# " cli docs "$page"; done
expect 2 "there is no page" cli docs nothing

finish
