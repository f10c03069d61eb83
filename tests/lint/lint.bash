# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What every lint starts with: `source`d. A lint takes a folder to check (default: this repository), prints one line
# per violation, and exits 1 if there was any.

set -u
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}" || exit 2

# Files that match the given git patterns, tracked or new, without what git ignores. Outside git: all files.
# Patterns are folders or *.suffix.
files() {
    if [[ -e .git ]]; then
        git ls-files -co --exclude-standard -- "$@"
    else
        local pattern
        for pattern in "$@"; do
            case $pattern in
            \**) find . -type f -name "$pattern" ;;
            *) if [[ -e $pattern ]]; then find "$pattern" -type f; fi ;;
            esac
        done | sed 's|^\./||'
    fi | sort -u | while read -r file; do if [[ -f $file ]]; then printf '%s\n' "$file"; fi; done
}

# As files(), C++ sources only.
cpp_files() { files "$@" | grep -E '\.(h|cpp)$' || true; }

# check RULE AWK_PROGRAM [FILE…on standard input]: runs the program over the files. It calls bad("text") on a violation and
# finds in `code` the line without its // comment and without what stands in quotes.
check() {
    local rule=$1 program=$2
    xargs -r awk -v rule="$rule" '
        function bad(text) { printf "%s:%d: %s (docs/rules.md: %s)\n", FILENAME, FNR, text, rule; }
        { code = $0; gsub(/\\"/, "", code); gsub(/"[^"]*"/, "\"\"", code); sub(/\/\/.*/, "", code) }
        '"$program" | report
}

# Prints what it reads; fails if there was anything.
report() {
    local found
    found=$(cat)
    if [[ -n $found ]]; then printf '%s\n' "$found" && return 1; fi
}
