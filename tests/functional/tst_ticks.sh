#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# One program plays a market into Redis, and engines read it there: also when Redis is killed in between, with its file and
# without, and when it is away for good.

source "$(dirname "${BASH_SOURCE[0]}")/functional.bash"
cd "$home" || exit 1

ticks() { "$COINSWARM_BIN/coinswarm-ticks" --redis "$home/redis.sock" "$@"; }
market=(--set feed.settings.trades_per_second=50 --set feed.settings.books_per_second=5)

# What needs no server.
expect 0 "Usage: coinswarm-ticks" ticks --help
expect 0 "coinswarm-ticks " ticks --version
expect 2 "did you mean --kept?" ticks --kepp 3
expect 2 "--kept: expected a whole number" ticks --kept none
expect 2 "--pending: expected a whole number from 1" ticks --pending 0
expect 2 "--redis: " ticks --redis nowhere
expect 2 "names a user or a password" ticks --redis user:secret@127.0.0.1:6379
expect 2 "--for: " ticks --for ever
expect 2 "--speed needs --recorded-times" ticks --speed 10
expect 2 'did you mean "seed"?' ticks --set feed.settings.sede=1
expect 2 "the very stream" ticks --set feed.plugin=redis_ticks --set "feed.settings.address=$home/redis.sock"
expect 3 "does not exist" ticks --config none.toml
expect 3 "password_file none.txt cannot be read" ticks --password-file none.txt
expect 3 "cannot be reached" ticks
expect 3 "cannot be reached" ticks --redis 127.0.0.1:1

if ! command -v redis-server redis-cli setpriv >/dev/null; then
    echo "SKIPPED: redis-server, redis-cli or setpriv is not installed"
    finish
    exit
fi

# Servers and writers must not outlive this script, however it ends.
redis() { redis-cli -s "$home/redis.sock" "$@" 2>/dev/null; }
pings() { [[ $(redis ping) == PONG ]]; }
serve() {
    setpriv --pdeathsig KILL redis-server --port 0 --unixsocket "$home/redis.sock" --dir "$home" --save "" "$@" \
        >>redis.txt 2>&1 &
    server=$!
    eventually 30 pings || { cat redis.txt && fail "redis-server does not answer" && finish; exit 1; }
}
kill_server() {
    kill -9 "$server"
    wait "$server" 2>/dev/null
}
write() { # FILE OPTION…
    local file=$1
    shift
    setpriv --pdeathsig KILL "$COINSWARM_BIN/coinswarm-ticks" --redis "$home/redis.sock" --json "$@" >"$file.json" 2>"$file.txt" &
    writer=$!
}
ends() { # CODE: the writer ends with it
    wait "$writer"
    local status=$?
    if ((status != $1)); then fail "the writer ended with $status, expected $1: $(cat ./*writer.txt)"; fi
}
length() { redis xlen coinswarm:ticks; }
writes() { (($(length || echo 0) > ${1:-0})); }

# A market that ends, and a time that is up.
serve --appendonly yes --appendfsync always
write writer "${market[@]}" --set feed.settings.length_s=2 --recorded-times --speed max
ends 0
grep -q "The feed has ended" writer.txt || fail "the end of the feed was not said: $(cat writer.txt)"
[[ $(length) == "$(field written <writer.json)" ]] || fail "$(length) events are in Redis: $(cat writer.json)"
[[ $(field end <writer.json) == feed_ended ]] || fail "$(cat writer.json)"
before=$(length)
write writer "${market[@]}" --for 1s
ends 0
writes "$before" || fail "nothing was written in a second"
[[ $(field unsent <writer.json) == 0 ]] || fail "$(cat writer.json)"

# A user who may do no more than docs/redis.md says, and a password that nobody sees.
redis acl setuser ticks on '>open sesame' '~coinswarm:*' +@stream +@hash +@read +del +multi +exec +ping +select \
    '+client|setname' >/dev/null
echo 'open sesame' >password.txt
before=$(length)
write writer "${market[@]}" --user ticks --password-file password.txt --for 1s
ends 0
writes "$before" || fail "the user ticks wrote nothing: $(cat writer.txt)"
if grep -q sesame writer.txt writer.json; then fail "the password is told"; fi
SESAME='open sesame' expect 0 "written" ticks --user ticks --password-variable SESAME --for 100ms
SESAME='close sesame' expect 3 "refuses the user or the password" ticks --user ticks --password-variable SESAME

# Engines read what is written.
write writer "${market[@]}"
"$COINSWARM_BIN/coinswarmd" --set feed.plugin=redis_ticks --set "feed.settings.address=$home/redis.sock" >demo.txt 2>log.txt &
daemon=$!
status() { cli status --json >status.json 2>/dev/null; }
delivered() { status && sed -n 's/.*"delivered": \([0-9]*\).*/\1/p' status.json | head -1; }
gets() { local now; now=$(delivered) && [[ -n $now ]] && ((now > $1)); }
eventually 60 gets 200 || { cat log.txt status.json writer.txt && fail "the engine gets no ticks" && finish; }
missed() { status && sed -n '/"feed_health"/,/}/s/.*"errors": \([0-9]*\).*/\1/p' status.json; }
[[ $(missed) == 0 ]] || fail "the engine misses ticks: $(cat status.json)"

# Redis dies and comes back with its file: nothing is missed.
kill_server
says() { grep -q "$1" writer.txt; }
eventually 30 says "wait here until it takes them" || fail "the writer does not say that Redis is away"
serve --appendonly yes --appendfsync always
eventually 30 says "none was dropped" || fail "the writer does not say that Redis is back: $(cat writer.txt)"
eventually 60 gets "$(($(delivered) + 200))" || fail "the engine gets nothing after the restart"
[[ $(missed) == 0 ]] || fail "the engine misses ticks: $(cat status.json)"

# And without it: the stream goes on under the numbers that are next, and readers find the table of instruments.
kill_server
rm -rf appendonlydir
serve --appendonly yes
eventually 30 writes 100 || fail "nothing is written into the empty server"
[[ $(redis hlen coinswarm:ticks:instruments) == 3 ]] || fail "the instruments are not there"
eventually 60 gets "$(($(delivered) + 200))" || fail "the engine gets nothing from the empty server"

# A second writer is noticed by the one that comes second with a number.
first=$writer
write other_writer --set feed.settings.seed=7 "${market[@]}"
one_ended() { ! kill -0 "$first" 2>/dev/null || ! kill -0 "$writer" 2>/dev/null; }
eventually 30 one_ended || fail "two programs write one stream"
grep -qh "Another program writes" ./*writer.txt || fail "the second writer was not noticed: $(cat ./*writer.txt)"
if kill -0 "$first" 2>/dev/null; then
    ends 1
    writer=$first
else
    # The one that is left is the second.
    wait "$first"
    if (($? != 1)); then fail "the first writer did not end with 1"; fi
fi

# The end in good order, with what waits.
kill -TERM "$writer"
ends 0
kill -TERM "$daemon"
wait "$daemon" || fail "the daemon ended with $?: $(tail -3 log.txt)"
daemon=

# One Redis to another; when that one is away for good, what was not sent is said.
write writer "${market[@]}"
setpriv --pdeathsig KILL redis-server --port 0 --unixsocket "$home/second.sock" --dir "$home" --save "" --appendonly no \
    >>redis.txt 2>&1 &
second=$!
copied() { [[ $(redis-cli -s "$home/second.sock" xlen coinswarm:ticks 2>/dev/null) -gt 100 ]]; }
source_writer=$writer
copy() {
    setpriv --pdeathsig KILL "$COINSWARM_BIN/coinswarm-ticks" --redis "$home/second.sock" --pending 50 --json \
        --set feed.plugin=redis_ticks --set "feed.settings.address=$home/redis.sock" >copy_writer.json 2>copy_writer.txt &
    writer=$!
}
second_pings() { [[ $(redis-cli -s "$home/second.sock" ping 2>/dev/null) == PONG ]]; }
eventually 30 second_pings || fail "the second redis-server does not answer"
copy
eventually 60 copied || fail "nothing is copied: $(cat copy_writer.txt)"
kill -9 "$second"
wait "$second" 2>/dev/null
drops() { grep -q "the oldest are dropped" copy_writer.txt; }
eventually 60 drops || fail "the full queue was not said: $(cat copy_writer.txt)"
kill -INT "$writer"
ends 1
[[ $(field unsent <copy_writer.json) == 50 ]] || fail "$(cat copy_writer.json)"
grep -q "50 could not be sent" copy_writer.txt || fail "$(cat copy_writer.txt)"
writer=$source_writer
kill -TERM "$writer"
ends 0
kill_server
finish
