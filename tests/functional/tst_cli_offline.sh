#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Backtest, explanation, journal and indicators on files.

source "$(dirname "${BASH_SOURCE[0]}")/functional.bash"
source "$(dirname "${BASH_SOURCE[0]}")/bars.bash"
cd "$home" || exit 1
bars 3000 >market.csv

backtest() { cli backtest --data market.csv --symbol BTC-USDT "$@"; }

# The figures, with exactly these keys.
backtest --journal one --fills fills.csv --equity equity.csv --json >one.json || fail "the backtest failed"
keys=$(sed -n 's/^    "\([a-z_0-9]*\)": .*/\1/p' one.json | sort | tr '\n' ' ')
expected="avg_slippage_bps bars decisions_sha256 events events_per_second fees fills journal_head max_drawdown net_pnl orders \
sharpe trades turnover wall_seconds win_rate "
if [[ $keys != "$expected" ]]; then fail "keys are $keys"; fi
if [[ $(field bars <one.json) != 3000 ]]; then fail "$(field bars <one.json) bars"; fi
fills=$(field fills <one.json)
if ((fills < 4)); then fail "only $fills fills: this market proves nothing"; fi
if [[ $(head -1 fills.csv) != ts_ms,order_id,symbol,side,qty,price,fee,liquidity ]]; then fail "fills.csv: $(head -1 fills.csv)"; fi
if (($(wc -l <fills.csv) != fills + 1)); then fail "fills.csv has $(wc -l <fills.csv) lines for $fills fills"; fi
if [[ $(head -1 equity.csv) != ts_ms,equity,cash,position,drawdown ]]; then fail "equity.csv: $(head -1 equity.csv)"; fi
if (($(wc -l <equity.csv) != 3001)); then fail "equity.csv has $(wc -l <equity.csv) lines"; fi

# The same again is the same to the last bit; other rules are not.
backtest --journal two --json >two.json
for key in decisions_sha256 journal_head net_pnl fees; do
    if [[ $(field "$key" <one.json) != "$(field "$key" <two.json)" ]]; then fail "$key differs between equal runs"; fi
done
backtest --fee-bps 50 --json >dear.json
if [[ $(field decisions_sha256 <one.json) == "$(field decisions_sha256 <dear.json)" ]]; then fail "fees changed nothing"; fi
backtest --agents trend --json >trend.json
if [[ $(field decisions_sha256 <one.json) == "$(field decisions_sha256 <trend.json)" ]]; then fail "agents changed nothing"; fi
expect 2 "did you mean trend?" backtest --agents trnd
expect 2 "agents.trend.settings" backtest --set agents.trend.settings.nonsense=1
backtest --interval 15m --json >slow.json
if [[ $(field bars <slow.json) != 1000 ]]; then fail "15m: $(field bars <slow.json) bars"; fi
backtest --from 2024-01-02 --to 2024-01-03 --json >day.json
if [[ $(field bars <day.json) != 288 ]]; then fail "one day: $(field bars <day.json) bars"; fi
expect 0 "net profit, after fees" backtest

# A row that cannot be a market is refused with its line, or dropped on request.
sed '100s/.*/1704096900000,30000,29000,31000,30000,40/' market.csv >dirty.csv
expect 1 "line 100" cli backtest --data dirty.csv
expect 0 "line 100" cli backtest --data dirty.csv --defects drop

# Why an order exists, without an engine.
order=$(sed -n 2p fills.csv | cut -d, -f2)
expect 0 "Order $order: buy" cli explain "$order" --journal one
for part in "Fills: 1" "Risk gate: " "order_notional" "of the committee: BUY" "trend" "confidence" "    - " "bar of 5m" "sma:10" "regime: "; do
    expect 0 "$part" cli explain "$order" --journal one
done
expect 0 '"decision"' cli explain "$order" --journal one --json
expect 1 "there is no order 999999" cli explain 999999 --journal one

# The journal.
# What was recorded happens again, with the recorded votes and with agents that are asked anew.
cli journal replay one >replay.txt || fail "the replay differs: $(cat replay.txt)"
cli journal replay one --recompute --json >recompute.json || fail "the agents vote otherwise: $(cat recompute.json)"
if [[ $(field decisions_sha256 <recompute.json) != "$(field decisions_sha256 <one.json)" ]]; then fail "the replay decided otherwise"; fi
expect 3 "No journal at" cli journal replay nowhere

expect 0 "Sound" cli journal verify one
expect 0 '"status": "sound"' cli journal verify one --json
head=$(field journal_head <one.json)
expect 0 "Sound" cli journal verify one --head "$head"
expect 0 "fill_booked" cli journal show one --type fill_booked --limit 1
if (($(cli journal show one --type fill_booked --json | wc -l) != fills)); then fail "journal show does not list $fills fills"; fi
expect 2 "did you mean fill_booked?" cli journal show one --type fil_booked
expect 3 "" cli journal verify "$home/none"

# A memory's audit log; what is in one is tested by tst_audit_log.
expect 3 "Unreadable" cli audit verify "$home/none"
expect 3 '"status": "unreadable"' cli audit verify market.csv --json
expect 2 "SLOT:HASH" cli audit verify market.csv --checkpoint 7
expect 3 "no evidence file" cli audit convict market.csv

segment=$(find two -type f | sort | head -1)
size=$(stat -c %s "$segment")
printf '\xff' | dd of="$segment" bs=1 seek=$((size / 2)) conv=notrunc status=none
expect 1 "Tampered" cli journal verify two
expect 1 "byte " cli journal verify two
cp -r one cut
segment=$(find cut -type f | sort | head -1)
truncate -s $((size - 700)) "$segment"
expect 4 "" cli journal verify cut
expect 1 "" cli journal verify cut --head "$head"

# Indicators: the third average of three bars, nothing before it.
printf 'timestamp,open,high,low,close,volume\n' >small.csv
for i in 0 1 2 3; do printf '%d,%d,%d,%d,%d,1\n' $((1704067200000 + i * 60000)) $((10 + i)) $((11 + i)) $((9 + i)) $((10 + i)); done >>small.csv
cli indicators --data small.csv --set sma:3 --csv >sma.csv
if [[ $(sed -n 1p sma.csv) != ts_ms,open,high,low,close,volume,sma:3 ]]; then fail "header: $(sed -n 1p sma.csv)"; fi
if [[ $(sed -n 3p sma.csv) != 1704067260000,11,12,10,11,1, ]]; then fail "second bar: $(sed -n 3p sma.csv)"; fi
if [[ $(sed -n 4p sma.csv) != 1704067320000,12,13,11,12,1,11 ]]; then fail "third bar: $(sed -n 4p sma.csv)"; fi
expect 2 "sma" cli indicators --data small.csv --set sam:3
expect 2 "--set is missing" cli indicators --data small.csv
expect 0 '"sma:3": 11' cli indicators --data small.csv --set sma:3 --json

finish
