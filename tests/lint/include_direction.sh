#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Nothing points back: ui → api + SDK; plugins → SDK (those of memory → memory/index and memory/replica too,
# those that speak to Redis → plugins/redis too); core folders → those before them in `order` → SDK.

source "$(dirname "${BASH_SOURCE[0]}")/lint.bash"
failed=0

order="codec api journal market decision trading engine plugins config bus storage memory runtime backtest rpc supervision"

# In core/x: "y/…" only if y is x or stands before x.
cpp_files core | grep -v '^core/include/' | check include-direction '
    BEGIN { n = split("'"$order"'", names, " "); for (i = 1; i <= n; i++) rank[names[i]] = i; rank["sdk"] = 0 }
    /^#include "/ {
        split(FILENAME, path, "/"); own = path[2]
        target = $2; gsub(/"/, "", target)
        if (split(target, part, "/") < 2) { bad("include " target " with its folder, as in \"" own "/" target "\""); next }
        if (!(part[1] in rank)) bad("core/" own " includes " target ", which is not in core")
        else if (!(own in rank)) bad("core/" own " has no place in the order of folders")
        else if (rank[part[1]] > rank[own]) bad("core/" own " includes " target ", but " part[1] " builds on " own)
    }
    /^#include "/ && FILENAME ~ /^core\/rpc\// && $2 !~ /^"(api|codec|rpc)\// { bad("the wire knows what it carries, not what serves it: " $2) }
    /^#include "rpc\// && FILENAME ~ /^core\/supervision\// { bad("an engine does not know how it is reached: " $2) }
    /^#include "storage\// && FILENAME ~ /^core\/memory\// && FILENAME !~ /^core\/memory\/projection\// { bad("only the projection of memory knows the store: " $2) }
    /^#include <coinswarm\// { next }
    /^#include <(QtWidgets|QtGui|QtCharts|QtSvg)\// || /^#include <Q(Widget|Application|GuiApplication|Painter)>/ {
        bad("core has no display: " $2)
    }
    /^#include <(QtNetwork|QtWebSockets|QtSql)\// && FILENAME ~ /^core\/(sdk|codec|journal|market|decision|trading|engine|memory\/quorum)\// {
        bad("the deterministic core opens no socket and no store: " $2)
    }
' || failed=1

# The SDK stands alone: itself, Qt Core and the standard library.
cpp_files core/include core/sdk | check include-direction '
    /^#include "/ { bad("the SDK includes only <coinswarm/…>: " $2) }
    /^#include </ && $2 !~ /^<(coinswarm|QtCore)\// && $2 !~ /^<([a-z_0-9]+|intrin\.h)>$/ {
        bad("the SDK sees Qt Core and the standard library only: " $2)
    }
' || failed=1

cpp_files plugins | check include-direction '
    BEGIN { n = split("sdk '"$order"' ui", names, " "); for (i = 1; i <= n; i++) core[names[i]] = 1 }
    /^#include "/ {
        target = $2; gsub(/"/, "", target); split(target, part, "/")
        if ((part[1] == "index" || part[1] == "replica") && FILENAME ~ /^plugins\/memory\//) next
        if (part[1] == "redis" && FILENAME ~ /^plugins\/(redis|memory\/redis|feeds\/redis_ticks)\//) next
        if (part[1] in core || part[1] ~ /^(index|replica|redis)$/ || target ~ /^\.\.\/\.\./) bad("a plugin sees <coinswarm/…> and its own folder: " target)
    }
    /^#include <(QtWidgets|QtGui)\// { bad("a plugin has no display: " $2) }
' || failed=1

cpp_files ui | check include-direction '
    BEGIN { n = split("sdk '"$order"'", names, " "); for (i = 1; i <= n; i++) core[names[i]] = 1 }
    /^#include "/ {
        target = $2; gsub(/"/, "", target); split(target, part, "/")
        if (part[1] in core && part[1] !~ /^(api|rpc)$/ && target != "codec/json_writer.h") bad("ui sees api, rpc and the SDK: " target)
    }
' || failed=1

# What the compiler would find anyway through the include path must be said in CMake too.
files ui plugins | grep '/CMakeLists.txt$' | check include-direction '
    FILENAME ~ /^plugins\/memory\// { gsub(/coinswarm_(memory_index|embedded_memory_parts)/, "", code) }
    FILENAME ~ /^plugins\/(redis|memory\/redis|feeds\/redis_ticks)\// { gsub(/coinswarm_redis_client/, "", code) }
    FILENAME ~ /^plugins\// && code ~ /coinswarm_(config|journal|market|decision|trading|engine|plugins|bus|memory|quorum|storage|backtest|runtime|api|rpc|supervision|embedded_memory_parts|redis_client)/ {
        bad("a plugin links Coinswarm::sdk only")
    }
    FILENAME ~ /^ui\// && code ~ /coinswarm_(config|journal|market|decision|trading|engine|plugins|bus|memory|quorum|storage|backtest|runtime|supervision)/ {
        bad("ui links api, rpc and the SDK only")
    }
' || failed=1

exit "$failed"
