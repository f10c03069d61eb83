#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A test waits for what it tests, can fail, says when it skips, and is run.

source "$(dirname "${BASH_SOURCE[0]}")/lint.bash"
failed=0

cpp_files tests | check test-habits '
    code ~ /QThread::(m|u)?sleep|sleep_for|sleep_until|qSleep|[^A-Za-z_](u|nano)sleep *\(|qWait *\(/ {
        bad("wait for the signal or the condition: QTRY_VERIFY, QSignalSpy::wait, QTest::qWaitFor")
    }
    code ~ /QVERIFY2? *\( *(true|1|!false) *[,)]|QCOMPARE *\( *(true|1) *, *(true|1) *\)/ { bad("this cannot fail") }
    code ~ /QEXPECT_FAIL/ { bad("an expected failure is a defect or a wrong test") }
    /QSKIP *\(/ { skip = $0; if (skip !~ /;/) { getline more; skip = skip more }; if (skip !~ /SKIPPED/) bad("say QSKIP(\"SKIPPED: why\")") }
' || failed=1

# A source that its CMakeLists.txt does not name is never compiled.
{
    files tests | grep -E '/(tst|bench)_[a-z0-9_]+\.cpp$' | while read -r file; do
        name=$(basename "$file" .cpp)
        list=$(dirname "$file")/CMakeLists.txt
        grep -qE "(^|[^a-z0-9_])$name([^a-z0-9_]|$)" "$list" 2>/dev/null ||
            echo "$file:1: $list does not name it, so it never runs (docs/rules.md: test-habits)"
    done
    cpp_files core plugins ui app | grep '\.cpp$' | grep -v '^core/sdk/' | while read -r file; do
        folder=$(dirname "$file")
        while [[ $folder != . && ! -e $folder/CMakeLists.txt ]]; do folder=$(dirname "$folder"); done
        [[ $folder == . ]] && continue
        grep -qF "${file#"$folder"/}" "$folder/CMakeLists.txt" ||
            echo "$file:1: $folder/CMakeLists.txt does not name it, so it is never compiled (docs/rules.md: test-habits)"
    done
} | report || failed=1

exit "$failed"
