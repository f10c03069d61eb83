#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every relative link in a Markdown page leads to a file, and every #anchor to a heading.

source "$(dirname "${BASH_SOURCE[0]}")/lint.bash"

# GitHub's anchors: lower case, punctuation dropped, blanks to hyphens.
anchors() {
    sed -n 's/^##* *//p' "$1" | tr '[:upper:]' '[:lower:]' | sed 's/`//g; s/[^[:alnum:] _-]//g; s/ /-/g'
}

files '*.md' | while read -r page; do
    awk '/^```/ { fenced = !fenced } !fenced { gsub(/`[^`]*`/, ""); print FNR ":" $0 }' "$page" |
        grep -oE '^[0-9]+:|\]\([^) ]+' | while read -r match; do
        case $match in
        *:) line=${match%:} && continue ;;
        esac
        target=${match#"]("}
        case $target in
        http://* | https://* | mailto:*) continue ;;
        esac
        path=${target%%#*}
        anchor=${target#"$path"}
        file=$page
        if [[ -n $path ]]; then file=$(dirname "$page")/$path; fi
        if [[ ! -e $file ]]; then
            echo "$page:$line: link to $target leads nowhere (docs/rules.md: doc-links)"
        elif [[ -n $anchor && $file == *.md ]] && ! anchors "$file" | grep -qxF -- "${anchor#\#}"; then
            echo "$page:$line: $file has no heading for $anchor (docs/rules.md: doc-links)"
        fi
    done
done | report
