# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Language, warnings, floating point, output folders, linker, compiler cache, sanitizers, precompiled headers.

include_guard(GLOBAL)

get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(NOT multi_config AND NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release or RelWithDebInfo" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_AUTOMOC ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_LINK_DEPENDS_NO_SHARED ON)

# Debian would say lib/x86_64-linux-gnu, but programs look for plugins in ../lib/coinswarm/plugins wherever they stand.
set(CMAKE_INSTALL_LIBDIR "lib" CACHE PATH "Libraries, below the prefix")
include(GNUInstallDirs)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")

set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")

add_compile_options(-Wall -Wextra $<IF:$<CXX_COMPILER_ID:GNU>,-Wshadow=local,-Wshadow> "$<$<COMPILE_LANGUAGE:CXX>:-Wconversion>")
# GCC 12 sees overflows in inlined std::string and std::optional code that are not there (GCC bugs 105651 and 105562).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-Wno-array-bounds;-Wno-stringop-overflow;-Wno-restrict;-Wno-maybe-uninitialized>")
endif()
# One golden decision hash holds across compilers and optimisation levels: a product is rounded before it is added.
add_compile_options(-ffp-contract=off -fno-fast-math)
add_compile_definitions(QT_NO_CAST_FROM_ASCII QT_NO_CONTEXTLESS_CONNECT QT_NO_KEYWORDS)
if(COINSWARM_WERROR)
    add_compile_options(-Werror)
endif()
if(COINSWARM_INVARIANTS OR CMAKE_BUILD_TYPE STREQUAL "Debug")
    add_compile_definitions(COINSWARM_INVARIANTS)
endif()
if(COINSWARM_COVERAGE)
    add_compile_options(--coverage -fprofile-update=atomic)
    add_link_options(--coverage)
endif()
if(COINSWARM_SANITIZE)
    add_compile_options(-fsanitize=${COINSWARM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${COINSWARM_SANITIZE})
endif()

# The fastest linker at hand, else the compiler's own. Sanitizers keep the default one.
if(NOT COINSWARM_SANITIZE)
    find_program(COINSWARM_MOLD mold)
    find_program(COINSWARM_LLD ld.lld)
    mark_as_advanced(COINSWARM_MOLD COINSWARM_LLD)
    if(COINSWARM_MOLD)
        add_link_options(-fuse-ld=mold)
    elseif(COINSWARM_LLD)
        add_link_options(-fuse-ld=lld)
    endif()
endif()

find_program(COINSWARM_CCACHE ccache)
mark_as_advanced(COINSWARM_CCACHE)
if(COINSWARM_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Without these two a file that uses a precompiled header is never found in the cache.
    set(launcher "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros "${COINSWARM_CCACHE}")
    set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
    set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>")
    endif()
endif()

# Clang insists on equal definitions where GCC only needs those that the headers use. It also builds without
# precompiled headers so that a file that forgets an include is found.
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set(CMAKE_DISABLE_PRECOMPILE_HEADERS ON)
endif()

# Shares the precompiled headers of coinswarm_pch_<which> with a target.
function(coinswarm_reuse_precompiled_headers name which)
    if(TARGET coinswarm_pch_${which})
        target_precompile_headers(${name} REUSE_FROM coinswarm_pch_${which})
    endif()
endfunction()

# Compiles HEADERS once, for all the libraries that call coinswarm_reuse_precompiled_headers(… <which>).
function(coinswarm_add_precompiled_headers which)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBRARIES;HEADERS")
    set(name coinswarm_pch_${which})
    set(source "${CMAKE_BINARY_DIR}/pch/${name}.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT "// Only carries the precompiled headers.\n")
    add_library(${name} OBJECT "${source}")
    set_target_properties(${name} PROPERTIES AUTOMOC OFF)
    target_link_libraries(${name} PRIVATE ${arg_LIBRARIES})
    target_compile_options(${name} PRIVATE -UQT_TESTCASE_BUILDDIR -UQT_TESTCASE_SOURCEDIR)
    target_precompile_headers(${name} PRIVATE ${arg_HEADERS})
endfunction()
