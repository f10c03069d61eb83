#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The deterministic core reads no clock, draws no random number, starts no thread, and does nothing in an order or with a
# function that differs between two machines.

source "$(dirname "${BASH_SOURCE[0]}")/lint.bash"

cpp_files core/market core/decision core/trading core/engine core/memory/quorum core/sdk core/include | check determinism '
    code ~ /::now *\(|currentDateTime|currentMSecsSinceEpoch|currentSecsSinceEpoch|QElapsedTimer|QDeadlineTimer|gettimeofday|clock_gettime|[^A-Za-z0-9_.>]time *\( *(nullptr|NULL|0) *\)/ {
        bad("reads a clock; now is the time stamped on the event")
    }
    code ~ /std::random|mt19937|_distribution|QRandomGenerator|[^A-Za-z0-9_]s?rand *\(|QUuid::createUuid|#include <random>/ {
        bad("draws a random number; a seed belongs to the edge that journals it")
    }
    code ~ /std::j?thread|QThread|QtConcurrent|std::async|#include <(thread|future|mutex|atomic|execution)>|QTimer/ {
        bad("the engine is one thread; concurrency lives at the edges")
    }
    code ~ /unordered_(multi)?(map|set)|QHash|QMultiHash|QSet *</ && $0 !~ /\/\/ never iterated/ && code !~ /#include/ {
        bad("unordered container: its order differs between machines; use a vector, or say `// never iterated` and why")
    }
    code ~ /std::(exp2?|expm1|log|log2|log10|log1p|pow|sin|cos|tan|a?sinh?|a?cosh?|atan2?|a?tanh|cbrt|hypot|erfc?|t?gamma|fma|reduce|transform_reduce)f? *\(/ {
        bad("libraries round this differently; decisions use + - * / and sqrt in a fixed order")
    }
    code ~ /(QSettings|qgetenv|qEnvironmentVariable|getenv|QLocale::system|setlocale)/ {
        bad("reads the machine; configuration arrives as a value")
    }
'
