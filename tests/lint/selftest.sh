#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Proves that each lint can fail: it must accept a small right tree, and refuse that tree with one wrong file added.

set -u
here=$(readlink -f "$(dirname "${BASH_SOURCE[0]}")")
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
spdx='// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later'
failed=0

# right_tree FOLDER: what every lint accepts.
right_tree() {
    mkdir -p "$1"/{core/market,core/trading,core/include/coinswarm,plugins/agents/trend,ui/panels,tests/unit,docs}
    printf '%s\n\n#pragma once\n\n#include <QtCore/QString>\n#include <cmath>\n' "$spdx" >"$1/core/include/coinswarm/order.h"
    printf '%s\n\n#include "market/book.h"\n#include <coinswarm/order.h>\n\n// no clock: ::now() is a comment\nconst char *text = "std::thread";\n' \
        "$spdx" >"$1/core/trading/orders.cpp"
    printf '%s\n\n#pragma once\n' "$spdx" >"$1/core/market/book.h"
    printf '%s\n\n#include "trend_agent.h"\n#include <coinswarm/order.h>\n' "$spdx" >"$1/plugins/agents/trend/trend_agent.cpp"
    printf '%s\n\n#include "api/engine.h"\n#include "panels/votes.h"\nvoid f()\n{\n    connect(a, &A::done, this, [this](int x, int y) {\n        g(x, y);\n    });\n    ::connect(socket, address, size);\n}\n' \
        "$spdx" >"$1/ui/panels/votes.cpp"
    printf '%s\n\nvoid tst()\n{\n    QSKIP("SKIPPED: no data");\n    QTRY_VERIFY(done);\n}\n' "$spdx" >"$1/tests/unit/tst_orders.cpp"
    printf '# SPDX-FileCopyrightText: The Coinswarm authors\n# SPDX-License-Identifier: GPL-3.0-or-later\ncoinswarm_add_test(tst_orders)\n' \
        >"$1/tests/unit/CMakeLists.txt"
    printf '# SPDX-FileCopyrightText: The Coinswarm authors\n# SPDX-License-Identifier: GPL-3.0-or-later\norders.cpp\n' \
        >"$1/core/trading/CMakeLists.txt"
    printf '# Guide\n\n## The first step\n\n[up](guide.md) [here](#the-first-step) `[no](link.md)`\n' >"$1/docs/guide.md"
}

# refuse LINT FILE TEXT: adds TEXT to FILE of a right tree; LINT must fail and name the file.
refuse() {
    local lint=$1 file=$2 text=$3 tree="$top/wrong" output
    rm -rf "$tree"
    right_tree "$tree"
    mkdir -p "$(dirname "$tree/$file")"
    [[ -e $tree/$file ]] || printf '%s\n' "$spdx" >"$tree/$file"
    printf '%b\n' "$text" >>"$tree/$file"
    if output=$(bash "$here/$lint.sh" "$tree" 2>&1); then
        echo "tests/lint/$lint.sh accepts: $text" && failed=1
    elif [[ $output != *"$file"* ]]; then
        echo "tests/lint/$lint.sh refuses \"$text\" without naming $file: $output" && failed=1
    fi
}

# accept LINT FILE TEXT: the lint must not mind.
accept() {
    local lint=$1 file=$2 text=$3 tree="$top/right" output
    rm -rf "$tree"
    right_tree "$tree"
    [[ -z $file ]] || { mkdir -p "$(dirname "$tree/$file")" && printf '%b\n' "$text" >>"$tree/$file"; }
    if ! output=$(bash "$here/$lint.sh" "$tree" 2>&1); then
        echo "tests/lint/$lint.sh refuses a right tree ($text): $output" && failed=1
    fi
}

for lint in include_direction namespaces determinism file_headers unfinished machine_paths layout file_length qt_usage test_habits doc_links; do
    accept "$lint" "" "as it is"
done

refuse include_direction core/market/book.h '#include "trading/orders.h"'
refuse include_direction core/market/book.h '#include "orders.h"'
refuse include_direction core/trading/orders.cpp '#include "ui/window.h"'
refuse include_direction core/trading/orders.cpp '#include <QtSql/QSqlQuery>'
refuse include_direction core/trading/orders.cpp '#include <QtWidgets/QWidget>'
refuse include_direction core/memory/quorum/vote.cpp '#include <QtNetwork/QTcpSocket>'
refuse include_direction core/memory/quorum/vote.cpp '#include "storage/storage.h"'
refuse include_direction core/include/coinswarm/order.h '#include "market/book.h"'
refuse include_direction core/include/coinswarm/order.h '#include <toml++/toml.h>'
refuse include_direction plugins/agents/trend/trend_agent.cpp '#include "trading/orders.h"'
refuse include_direction ui/panels/votes.cpp '#include "runtime/session.h"'
refuse include_direction plugins/agents/trend/CMakeLists.txt 'coinswarm_add_plugin(trend LIBRARIES coinswarm_trading)'
refuse include_direction plugins/agents/trend/trend_agent.cpp '#include "index/hnsw_graph.h"'
refuse include_direction plugins/agents/trend/CMakeLists.txt 'coinswarm_add_plugin(trend LIBRARIES coinswarm_memory_index)'
refuse include_direction plugins/memory/embedded/memory.cpp '#include "storage/storage.h"'
refuse include_direction plugins/memory/embedded/CMakeLists.txt 'coinswarm_add_plugin(embedded LIBRARIES coinswarm_memory)'
accept include_direction plugins/memory/embedded/memory.cpp '#include "index/hnsw_graph.h"'
accept include_direction plugins/memory/embedded/memory.cpp '#include "replica/embedded_memory.h"'
accept include_direction plugins/memory/redis/memory.cpp '#include "redis/redis_pool.h"'
accept include_direction plugins/memory/redis/CMakeLists.txt 'target_link_libraries(memory PUBLIC coinswarm_embedded_memory_parts coinswarm_redis_client)'
refuse include_direction plugins/memory/embedded/memory.cpp '#include "redis/redis_pool.h"'
refuse include_direction plugins/agents/trend/trend_agent.cpp '#include "redis/redis_pool.h"'
refuse include_direction plugins/agents/trend/trend_agent.cpp '#include "replica/embedded_memory.h"'
refuse include_direction plugins/agents/trend/CMakeLists.txt 'coinswarm_add_plugin(trend LIBRARIES coinswarm_redis_client)'
refuse include_direction plugins/agents/trend/CMakeLists.txt 'coinswarm_add_plugin(trend LIBRARIES coinswarm_embedded_memory_parts)'
accept include_direction plugins/memory/embedded/CMakeLists.txt 'coinswarm_add_plugin(embedded LIBRARIES coinswarm_memory_index)'
refuse determinism core/trading/orders.cpp 'auto t = std::chrono::system_clock::now();'
refuse determinism core/trading/orders.cpp 'auto t = QDateTime::currentDateTimeUtc();'
refuse determinism core/trading/orders.cpp 'int i = rand();'
refuse determinism core/memory/quorum/vote.cpp 'auto t = std::chrono::system_clock::now();'
refuse determinism core/trading/orders.cpp 'std::mt19937 generator;'
refuse determinism core/trading/orders.cpp 'std::thread worker;'
refuse determinism core/trading/orders.cpp 'std::unordered_map<int, int> map;'
refuse determinism core/trading/orders.cpp 'double x = std::exp(y);'
accept determinism core/trading/orders.cpp 'std::unordered_map<int, int> map; // never iterated: looked up by client id'
accept determinism core/trading/orders.cpp 'double x = std::sqrt(y);'
refuse file_headers core/market/late.h 'int x;'
refuse unfinished core/trading/orders.cpp '// TODO later'
refuse unfinished docs/guide.md 'This is not implemented.'
refuse machine_paths docs/guide.md 'Look into /home/me/data.'
refuse machine_paths docs/guide.md 'Connect to 192.168.1.7.'
refuse namespaces core/trading/orders.cpp 'namespace coinswarm::market {\n}'
refuse namespaces core/trading/orders.cpp 'namespace coinswarm {\n}'
accept namespaces core/trading/orders.cpp 'namespace coinswarm::trading {\n}'
refuse layout core/util/strings.h '#pragma once'
refuse layout core/market/bookHelpers.h '#pragma once'
refuse file_length core/trading/orders.cpp "$(printf 'int x;\\n%.0s' {1..801})"
refuse qt_usage ui/panels/votes.cpp 'connect(a, &A::done, [this] {\n    g(x, y);\n});'
refuse qt_usage ui/panels/votes.cpp 'connect(a, &A::done, this, &B::go, Qt::DirectConnection);'
refuse qt_usage ui/panels/votes.cpp 'connect(a, SIGNAL(done()), this, SLOT(go()));'
refuse test_habits tests/unit/tst_orders.cpp 'QTest::qWait(100);'
refuse test_habits tests/unit/tst_orders.cpp 'std::this_thread::sleep_for(1s);'
refuse test_habits tests/unit/tst_orders.cpp 'QSKIP("no data");'
refuse test_habits tests/unit/tst_orders.cpp 'QVERIFY(true);'
refuse test_habits tests/unit/tst_forgotten.cpp 'int main() {}'
refuse test_habits core/trading/forgotten.cpp 'int x;'
refuse doc_links docs/guide.md '[gone](gone.md)'
refuse doc_links docs/guide.md '[gone](#no-such-heading)'

# file_headers adds its own two lines above, so the wrong file is written here; rules.sh checks this repository's own page.
right_tree "$top/bare"
echo 'int x;' >"$top/bare/core/market/bare.cpp"
if bash "$here/file_headers.sh" "$top/bare" >/dev/null; then echo "tests/lint/file_headers.sh accepts a bare file" && failed=1; fi
mkdir -p "$top/rules/tests/lint" "$top/rules/docs"
touch "$top/rules/tests/lint/orphan.sh" "$top/rules/docs/rules.md"
if bash "$here/rules.sh" "$top/rules" >/dev/null; then echo "tests/lint/rules.sh accepts a script without a rule" && failed=1; fi

exit "$failed"
