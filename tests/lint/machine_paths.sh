#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A stranger's machine has other folders, hosts and addresses than ours.

source "$(dirname "${BASH_SOURCE[0]}")/lint.bash"

files '*.h' '*.cpp' '*.cmake' '*.sh' '*.bash' '*.md' '*.toml' '*.json' '*.in' '*.txt' dev .ci packaging |
    grep -v '^tests/lint/' | check machine-paths '
    /(^|[^A-Za-z0-9_.$})])\/(root|home|work|Users|mnt|media)\/[A-Za-z]/ { bad("path of one machine") }
    /https?:\/\/[a-z0-9.-]*(debian|ubuntu|npmjs|pypi|pythonhosted)\.(org|com)/ { bad("package mirror") }
    /(^|[^0-9.])(10\.[0-9]+|192\.168|172\.(1[6-9]|2[0-9]|3[01]))\.[0-9]+\.[0-9]+/ { bad("address of one network") }
'
