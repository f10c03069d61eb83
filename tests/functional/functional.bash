# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What every functional test starts with: `source`d. It gives the programs a home of their own and counts what fails.

set -u
: "${COINSWARM_BIN:?says where the programs are}"

home=$(mktemp -d)
export XDG_CONFIG_HOME=$home/config XDG_DATA_HOME=$home/data XDG_STATE_HOME=$home/state XDG_CACHE_HOME=$home/cache USER=tester
failures=0
daemon=
cleanup() {
    if [[ -n $daemon ]]; then kill "$daemon" 2>/dev/null && wait "$daemon" 2>/dev/null; fi
    rm -rf "$home"
}
trap cleanup EXIT

cli() { "$COINSWARM_BIN/coinswarm-cli" "$@"; }

fail() {
    echo "FAIL: $*"
    failures=$((failures + 1))
}

# expect CODE TEXT COMMAND…: the command ends with this exit code, and its output has the text.
expect() {
    local code=$1 text=$2 output status
    shift 2
    output=$("$@" 2>&1 </dev/null)
    status=$?
    if ((status != code)); then fail "$* ended with $status, expected $code: $output"; fi
    if [[ $output != *"$text"* ]]; then fail "$* did not say \"$text\": $output"; fi
}

# eventually SECONDS COMMAND…: the command succeeds in time. It asks again as soon as the last try has failed.
eventually() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        if ((SECONDS >= end)); then return 1; fi
    done
}

# field KEY: the value of a top-level key of the JSON on standard input, as `cli --json` prints it.
field() { sed -n "s/^    \"$1\": \(.*\)/\1/p" | sed 's/,$//; s/^"\(.*\)"$/\1/'; }

finish() {
    if ((failures)); then echo "$failures checks failed" && exit 1; fi
    echo "all checks passed"
}
