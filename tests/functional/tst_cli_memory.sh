#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A memory's audit log: verified, shown, exported, folded, searched, and written into a database.

source "$(dirname "${BASH_SOURCE[0]}")/functional.bash"
cd "$home" || exit 1
"$COINSWARM_BIN/../tests/bin/make_memory_log" . || exit 1

expect 0 "Sound: 8 slots" cli audit verify memory.csa --genesis genesis
expect 0 '"unchecked": 0' cli audit verify memory.csa --json
expect 0 "of 5 slots up to the last checkpoint were not checked" cli audit verify memory.csa --from-checkpoint
head=$(cli audit verify memory.csa --json | field head)
expect 0 "Sound" cli audit verify memory.csa --checkpoint "$head"
expect 1 "before the pinned checkpoint" cli audit verify memory.csa --checkpoint "9:${head#*:}"
expect 1 "not that of the pinned checkpoint" cli audit verify memory.csa --checkpoint "7:${head#*:}"

# What a slot says.
expect 0 "earned" cli audit show memory.csa 1
for part in "add_episode from desk: rejected" "trip_already_known. The trade is committed already" "bench trend" "accepted"; do
    expect 0 "$part" cli audit show memory.csa 4
done
expect 0 "too_few_episodes" cli audit show memory.csa 5
expect 0 "Checkpoint by 3 managers" cli audit show memory.csa 5
expect 0 "malformed" cli audit show memory.csa 6
expect 0 "epoch 1 with 3 managers" cli audit show memory.csa 7
expect 0 '"coordinator"' cli audit show memory.csa 8 --json
expect 1 "the log ends in slot 8" cli audit show memory.csa 9
expect 2 "no slot" cli audit show memory.csa zero
expect 3 "cannot read" cli audit show none 1

# Exports: one line an item, one line a slot.
cli audit export memory.csa --csv >all.csv || fail "the export failed"
if (($(wc -l <all.csv) != 17)); then fail "all.csv has $(wc -l <all.csv) lines"; fi
cli audit export memory.csa --json --from 4 --to 6 --out some.json || fail "the export failed"
if (($(wc -l <some.json) != 3)); then fail "some.json has $(wc -l <some.json) lines"; fi
expect 2 "exclude each other" cli audit export memory.csa --json --csv
expect 3 "cannot write" cli audit export memory.csa --out none/file

# A change of managers, as the log's present three would approve it.
key=$(cli cluster key m9)
present=$(cli audit show memory.csa 8 | awk '$1 == "m2" { print $NF }')
expect 0 "2 of the 3 present managers have to approve it" \
    cli cluster change memory.csa --replace m1="$key" --remove "$present" --add "$(cli cluster key m10)" --out change.txt
expect 0 "approved by $key" cli cluster approve change.txt m9
expect 0 '"epoch": 2' cli cluster approve change.txt m10 --json
if (($(grep -c "^approval " change.txt) != 2)); then fail "change.txt has no two approvals"; fi
expect 2 "is there already, perhaps with approvals" cli cluster change memory.csa --remove m1 --out change.txt
expect 2 "m1 is named twice" cli cluster change memory.csa --remove m1 --replace m1="$key" --out none.txt
expect 2 "nothing would change" cli cluster change memory.csa --out none.txt
expect 2 "m4\" is no manager of epoch 1; expected m1 to m3" cli cluster change memory.csa --remove m4 --out none.txt
expect 2 "is no public key" cli cluster change memory.csa --replace m1 --out none.txt
expect 2 "each with a key of its own" cli cluster change memory.csa --add "$present" --out none.txt
expect 2 "name the file to write" cli cluster change memory.csa --remove m1
expect 3 "cannot write" cli cluster change memory.csa --remove m1 --out none/file
expect 3 "Cannot read the journal key" cli cluster approve change.txt none
expect 2 "Line 1 of the membership change is wrong" cli cluster approve genesis m9
if [[ -e none.txt || -e none ]]; then fail "a change was written that was refused"; fi

# The memory that was decided.
expect 0 '"episodes": 10' cli memory stats memory.csa --json
expect 0 '"episodes": 6' cli memory stats memory.csa --slot 2 --json
for part in "patterns, candidate" "benched" "engine desk" "trip_already_known" "too_few_episodes" "malformed"; do
    expect 0 "$part" cli memory stats memory.csa
done
cli memory recall memory.csa --episode 1 --count 3 --json >near.json || fail "recall failed"
if (($(grep -c '"distance"' near.json) != 3)); then fail "recall found $(grep -c '"distance"' near.json)"; fi
expect 0 "As of slot 1" cli memory recall memory.csa --episode 1 --slot 1
expect 1 "there is no episode 11" cli memory recall memory.csa --episode 11
expect 0 "distances are squared" cli memory recall memory.csa
expect 2 "exclude each other" cli memory recall memory.csa --episode 1 --embedding 00ff
expect 2 "768 hexadecimal digits" cli memory recall memory.csa --embedding 00ff
printf '%0768d' 0 >zeros
expect 0 "distances are squared" cli memory recall memory.csa --embedding zeros

# The database: twice the same, and a log that is damaged leaves what was there.
expect 0 "10 episodes" cli memory rebuild memory.csa --database memory.db
expect 0 "10 episodes" cli memory rebuild memory.csa --database memory.db
before=$(sha256sum memory.db)
cp memory.csa bad.csa
printf '\xff' | dd of=bad.csa bs=1 seek=$(($(stat -c %s bad.csa) / 2)) conv=notrunc status=none
expect 1 "Slot " cli audit verify bad.csa
expect 1 "Slot " cli memory rebuild bad.csa --database memory.db
expect 1 "Slot " cli memory stats bad.csa
if [[ $(sha256sum memory.db) != "$before" ]]; then fail "a damaged log changed the database"; fi
head -c -10 memory.csa >torn.csa
expect 4 "sound up to slot 7" cli audit verify torn.csa
expect 0 '"slots": 7' cli memory stats torn.csa --json

finish
