# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A whole Coinswarm cluster on one machine: three NATS servers, PostgreSQL, Redis, four memory managers and an engine on
# paper. `./dev cluster` sources this file. Everything is below one temporary folder and on free ports.

cluster_link=build/cluster
cluster_members=(m1 m2 m3 m4)

cluster_folder() {
    [[ -e $cluster_link/genesis.txt ]] || die "no cluster is up; ./dev cluster up starts one"
    readlink -f "$cluster_link"
}

# A port that nobody listens on now.
cluster_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 30000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            printf '%s\n' "$port"
            return
        fi
    done
}

# cluster_wait SECONDS WHAT COMMAND…: until the command succeeds.
cluster_wait() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < deadline)) || die "$what did not come up; its log is below $(readlink -f "$cluster_link")/logs"
        sleep 0.1
    done
}

# cluster_start NAME COMMAND…: in the background, its number in pids/NAME and its output in logs/NAME.
cluster_start() {
    local name=$1
    shift
    setsid "$@" >>"$folder/logs/$name" 2>&1 </dev/null &
    printf '%s\n' "$!" >"$folder/pids/$name"
    disown "$!" # or the shell tells of each that is killed
}

cluster_alive() { kill -0 "$(<"$folder/pids/$1")" 2>/dev/null; }

cluster_nats() {
    local n=$1
    cluster_start "nats$n" nats-server -c "$folder/nats$n.conf"
}

cluster_manager() {
    cluster_start "$1" "$bin/coinswarmd" --role manager --id "$1" --config "$folder/manager.toml" --data-folder "$folder/managers"
}

cluster_engine() {
    # Fast, and without asking anybody: so that the managers have something to decide. In a thin market: at the usual one
    # the journal would grow by 3 GB a minute.
    cluster_start engine "$bin/coinswarmd" --config "$folder/engine.toml" --data-folder "$folder/engine" \
        --speed 6000 --set approval.rule=none --set feed.settings.trades_per_second=0.5 --set feed.settings.books_per_second=0.1
}

# PostgreSQL refuses to run as root.
cluster_as_postgres() {
    if ((EUID == 0)); then
        setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
    else
        "$@"
    fi
}

cluster_postgres() {
    local postgres
    postgres=$(find /usr/lib/postgresql/*/bin -name postgres | sort -V | tail -n 1)
    [[ -n $postgres ]] || return 1
    if [[ ! -d $folder/postgres/base ]]; then
        mkdir -p "$folder/postgres"
        if ((EUID == 0)); then chown postgres "$folder/postgres"; fi
        cluster_as_postgres "${postgres%/*}/initdb" -D "$folder/postgres" -U coinswarm -A trust >"$folder/logs/initdb" 2>&1
    fi
    if ((EUID == 0)); then
        cluster_start postgres setpriv --reuid=postgres --regid=postgres --clear-groups "$postgres" -D "$folder/postgres" \
            -h 127.0.0.1 -p "$(<"$folder/postgres.port")" -k ''
    else
        cluster_start postgres "$postgres" -D "$folder/postgres" -h 127.0.0.1 -p "$(<"$folder/postgres.port")" -k ''
    fi
}

cluster_redis() {
    mkdir -p "$folder/redis"
    cluster_start redis redis-server --port "$(<"$folder/redis.port")" --bind 127.0.0.1 --dir "$folder/redis" --appendonly yes --save ''
}

cluster_write_nats() {
    local n client=() route=() routes=''
    for n in 1 2 3; do
        client+=("$(cluster_port)")
        route+=("$(cluster_port)")
    done
    for n in 1 2 3; do routes+="nats://127.0.0.1:${route[n - 1]} "; done
    for n in 1 2 3; do
        cat >"$folder/nats$n.conf" <<END
server_name: nats$n
listen: 127.0.0.1:${client[n - 1]}
jetstream { store_dir: "$folder/nats$n" }
cluster { name: coinswarm, listen: 127.0.0.1:${route[n - 1]}, routes: [${routes// /, }] }
END
    done
    printf 'nats://127.0.0.1:%s,nats://127.0.0.1:%s,nats://127.0.0.1:%s\n' "${client[@]}" >"$folder/nats.servers"
    printf '%s\n' "${client[@]}" >"$folder/nats.ports"
}

cluster_write_configuration() {
    local member keys=()
    for member in "${cluster_members[@]}"; do
        keys+=(--manager "$("$bin/coinswarm-cli" cluster key "$folder/managers/data/memory/local/$member")")
    done
    "$bin/coinswarm-cli" cluster genesis local "${keys[@]}" \
        --engine "$("$bin/coinswarm-cli" cluster key "$folder/engine/state")=paper" --out "$folder/genesis.txt"
    cat >"$folder/manager.toml" <<END
[memory]
name = "local"
bus = "nats_bus"
genesis = "$folder/genesis.txt"
log_mebibytes = 1024

[memory.bus_settings]
servers = "$(<"$folder/nats.servers")"
END
    cp "$folder/manager.toml" "$folder/engine.toml"
    sed -i 's/^name = .*/&\nplugin = "redis_memory"/' "$folder/engine.toml"
    cat >>"$folder/engine.toml" <<END

[memory.settings]
address = "127.0.0.1:$(<"$folder/redis.port")"

[storage]
backend = "postgresql"

[storage.postgresql]
host = "127.0.0.1"
port = $(<"$folder/postgres.port")
database = "coinswarm"
user = "coinswarm"
END
}

cluster_up() {
    # shellcheck disable=SC2154 # dev, which sources this file, lists the packages
    ensure_packages "run a cluster" "${build_packages[@]}" nats-server postgresql redis-server
    if [[ -e $cluster_link/genesis.txt ]]; then
        die "a cluster is up in $(readlink -f "$cluster_link"); ./dev cluster down stops it"
    fi
    build release programs
    local folder bin=$PWD/build/release/bin n
    folder=$(mktemp -d -t coinswarm-cluster-XXXXXX)
    chmod 755 "$folder"
    mkdir -p "$folder/logs" "$folder/pids" build
    ln -sfn "$folder" "$cluster_link"
    cluster_port >"$folder/postgres.port"
    cluster_port >"$folder/redis.port"
    cluster_write_nats
    for n in 1 2 3; do cluster_nats "$n"; done
    cluster_postgres
    cluster_redis
    cluster_write_configuration
    cluster_wait 30 PostgreSQL psql -h 127.0.0.1 -p "$(<"$folder/postgres.port")" -U coinswarm -d postgres -c 'create database coinswarm'
    cluster_wait 30 Redis redis-cli -p "$(<"$folder/redis.port")" ping
    for n in $(<"$folder/nats.ports"); do cluster_wait 30 NATS bash -c "exec 3<>/dev/tcp/127.0.0.1/$n"; done
    for n in "${cluster_members[@]}"; do cluster_manager "$n"; done
    for n in "${cluster_members[@]}"; do cluster_wait 60 "manager $n" grep -q 'stands behind slot' "$folder/logs/$n"; done
    cluster_engine
    say "cluster up in $folder"
    cluster_status
}

cluster_status() {
    local folder name state
    folder=$(cluster_folder)
    for name in nats1 nats2 nats3 postgres redis "${cluster_members[@]}" engine; do
        state=gone
        if cluster_alive "$name"; then state=running; fi
        printf '%-10s %-8s %s\n' "$name" "$state" "$(tail -n 1 "$folder/logs/$name" 2>/dev/null | cut -c -100)"
    done
    for name in "${cluster_members[@]}"; do
        printf '%-10s ' "$name"
        "$PWD/build/release/bin/coinswarm-cli" audit verify "$folder/managers/data/memory/local/$name/audit.csaudit" \
            --genesis "$folder/genesis.txt" 2>&1 | head -n 1
    done
}

cluster_down() {
    local folder name pid
    folder=$(cluster_folder)
    for name in engine "${cluster_members[@]}" redis postgres nats1 nats2 nats3; do
        [[ -e $folder/pids/$name ]] || continue
        pid=$(<"$folder/pids/$name")
        kill -CONT "$pid" 2>/dev/null || true
        kill -TERM "$pid" 2>/dev/null || true
        for _ in {1..100}; do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL "$pid" 2>/dev/null || true
    done
    rm -f "$cluster_link"
    if [[ ${1:-} == --keep ]]; then
        say "stopped; everything is still in $folder"
    else
        rm -rf "$folder"
        say "stopped, and $folder removed"
    fi
}

# Kills, stops and starts everybody at random, then lets all of them stand and compares what they did and decided.
cluster_chaos() {
    local folder bin=$PWD/build/release/bin seconds=60 name deadline
    folder=$(cluster_folder)
    if [[ ${1:-} == --for ]]; then seconds=${2%s}; fi
    deadline=$((SECONDS + seconds))
    local victims=("${cluster_members[@]}" nats1 nats2 nats3 postgres redis engine)
    while ((SECONDS < deadline)); do
        name=${victims[RANDOM % ${#victims[@]}]}
        if ((RANDOM % 3 == 0)); then
            say "chaos: $name is stopped for two seconds"
            kill -STOP "$(<"$folder/pids/$name")" 2>/dev/null || true
            sleep 2
            kill -CONT "$(<"$folder/pids/$name")" 2>/dev/null || true
        else
            say "chaos: $name is killed"
            kill -KILL "$(<"$folder/pids/$name")" 2>/dev/null || true
            sleep 1
            cluster_restart "$name"
        fi
        sleep 2
    done
    say "chaos: over; waiting for everybody"
    sleep 10
    local status=0
    cluster_compare || status=1
    cluster_compare_trades || status=1
    return "$status"
}

cluster_restart() {
    case $1 in
    nats*) cluster_nats "${1#nats}" ;;
    postgres)
        rm -f "$folder/postgres/postmaster.pid"
        cluster_postgres
        ;;
    redis) cluster_redis ;;
    m*) cluster_manager "$1" ;;
    engine) cluster_engine ;;
    esac
}

# Every manager's log must be sound, and all must agree on every slot that two of them have.
cluster_compare() {
    local name status=0
    for name in "${cluster_members[@]}"; do
        local log=$folder/managers/data/memory/local/$name/audit.csaudit
        if "$bin/coinswarm-cli" audit verify "$log" --genesis "$folder/genesis.txt" >"$folder/$name.verdict" 2>&1; then
            say "$name: $(head -n 1 "$folder/$name.verdict")"
        else
            say "$name: $(cat "$folder/$name.verdict")"
            status=1
        fi
        "$bin/coinswarm-cli" audit export "$log" --json 2>/dev/null | grep -o '"commit":"[0-9a-f]*"' >"$folder/$name.commits" || true
        if [[ ! -s $folder/$name.commits ]]; then
            say "$name: no slot can be read"
            status=1
        fi
    done
    local first=$folder/${cluster_members[0]}.commits lines
    for name in "${cluster_members[@]:1}"; do
        lines=$(($(wc -l <"$first") < $(wc -l <"$folder/$name.commits") ? $(wc -l <"$first") : $(wc -l <"$folder/$name.commits")))
        if ! cmp -s <(head -n "$lines" "$first") <(head -n "$lines" "$folder/$name.commits"); then
            say "$name decided otherwise than ${cluster_members[0]}"
            status=1
        fi
    done
    if ((status == 0)); then say "all logs are sound and agree"; fi
    return "$status"
}

# Every trade that the engine recorded must be remembered, and once.
cluster_compare_trades() {
    local deadline=$((SECONDS + 120))
    cluster_wait 60 "the engine" "$bin/coinswarm-cli" freeze --data-folder "$folder/engine"
    "$bin/coinswarm-cli" journal show "$folder/engine/data/sessions/paper/journal" --type episode_closed --json |
        grep -o '"round_trip":[0-9]*' | grep -o '[0-9]*' | sort >"$folder/trades.closed" || true
    while :; do
        "$bin/coinswarm-cli" audit export "$folder/managers/data/memory/local/m1/audit.csaudit" --json 2>/dev/null |
            grep -o '"accepted":true,[^}]*"kind":"add_episode"[^}]*' | grep -o 'trade [0-9]* of paper' |
            grep -o '[0-9]*' | sort >"$folder/trades.remembered" || true
        if cmp -s "$folder/trades.closed" "$folder/trades.remembered"; then
            say "all $(wc -l <"$folder/trades.closed") trades of the engine are remembered, each once"
            return
        fi
        if ((SECONDS >= deadline)); then
            say "trades that are not remembered (<), and that are but were not recorded, or twice (>):"
            diff "$folder/trades.closed" "$folder/trades.remembered" | grep '^[<>]' >&2
            return 1
        fi
        sleep 1
    done
}
