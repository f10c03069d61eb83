# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later

# How this project builds: flags, folders, and one function per kind of target.
#   coinswarm_add_library(name SOURCES … [LIBRARIES …])          a static library of core/
#   coinswarm_add_plugin(name KIND … SOURCES … METADATA …)       see CoinswarmPlugin.cmake
#   coinswarm_add_executable(name SOURCES … [LIBRARIES …])       a program in <build>/bin
#   coinswarm_add_test(name LABEL … [SOURCES …] [LIBRARIES …])   a Qt Test program, registered with ctest
#   coinswarm_add_benchmark(name [SOURCES …] [LIBRARIES …])      a program that `./dev bench` runs

include_guard(GLOBAL)
include(FeatureSummary)
include(CoinswarmCompiler)
include(CoinswarmPlugin)

# `programs` is what users run; `benchmarks`, `tests` and `tests-unit`, … are what their names say; `all` is everything.
add_custom_target(programs)
add_custom_target(benchmarks)
add_custom_target(tests)
set(COINSWARM_TEST_LABELS unit contract integration soundness functional ui)
foreach(label IN LISTS COINSWARM_TEST_LABELS)
    add_custom_target(tests-${label})
    add_dependencies(tests tests-${label})
endforeach()

# Adds each folder that has a CMakeLists.txt.
function(coinswarm_add_folders)
    foreach(folder IN LISTS ARGN)
        if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt")
            add_subdirectory("${folder}")
        endif()
    endforeach()
endfunction()

# Adds each folder directly below the given ones that has a CMakeLists.txt, in the order of names.
function(coinswarm_add_folders_below)
    foreach(parent IN LISTS ARGN)
        file(GLOB files CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}"
            "${CMAKE_CURRENT_SOURCE_DIR}/${parent}/*/CMakeLists.txt")
        list(SORT files)
        foreach(file IN LISTS files)
            cmake_path(GET file PARENT_PATH folder)
            add_subdirectory("${folder}")
        endforeach()
    endforeach()
endfunction()

# What the feature summary says about optional parts.
function(coinswarm_describe_packages)
    add_feature_info(Desktop COINSWARM_DESKTOP "the application with panels; off: daemon, command line and plugins only")
    add_feature_info(Tests COINSWARM_TESTS "unit, contract, integration, soundness, functional and ui tests, benchmarks")
    add_feature_info(Network Qt6Network_FOUND "sockets and TLS")
    add_feature_info(WebSockets Qt6WebSockets_FOUND "control API and streaming feeds")
    add_feature_info(Sql Qt6Sql_FOUND "storage in SQLite")
endfunction()


# A static library of core/. It sees the SDK and the headers below core/, and so does everything that links it.
function(coinswarm_add_library name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
    add_library(${name} STATIC ${arg_SOURCES})
    target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}/core")
    target_link_libraries(${name} PUBLIC Coinswarm::sdk ${arg_LIBRARIES})
    coinswarm_reuse_precompiled_headers(${name} core)
endfunction()

# A program in <build>/bin that is installed.
function(coinswarm_add_executable name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
    add_executable(${name} ${arg_SOURCES})
    target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/core")
    target_link_libraries(${name} PRIVATE Coinswarm::sdk ${arg_LIBRARIES})
    set_target_properties(${name} PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
    coinswarm_reuse_precompiled_headers(${name} core)
    add_dependencies(programs ${name})
    install(TARGETS ${name} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT Runtime)
endfunction()

# A Qt Test program. SOURCES defaults to <name>.cpp; QTEST_MAIN and `#include "<name>.moc"` belong at its end.
# TIMEOUT is in seconds. DEPENDS names targets that the test needs at run time, such as plugins or programs.
function(coinswarm_add_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;TIMEOUT" "SOURCES;LIBRARIES;DEPENDS;ENVIRONMENT")
    if(NOT arg_LABEL IN_LIST COINSWARM_TEST_LABELS)
        message(FATAL_ERROR "coinswarm_add_test(${name}): LABEL is \"${arg_LABEL}\", expected one of: "
            "${COINSWARM_TEST_LABELS}")
    endif()
    if(NOT arg_SOURCES)
        set(arg_SOURCES ${name}.cpp)
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 120)
    endif()
    if(COINSWARM_SANITIZE)
        math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 5")
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/core" "${PROJECT_SOURCE_DIR}/tests")
    target_link_libraries(${name} PRIVATE Coinswarm::sdk Qt6::Test ${arg_LIBRARIES})
    target_compile_definitions(${name} PRIVATE
        COINSWARM_SHARED_DATA="${COINSWARM_SHARED_DATA}"
        COINSWARM_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
        COINSWARM_BINARY_DIR="${PROJECT_BINARY_DIR}")
    # Most are one file; and a file that is included is warned of where one of its own is in order.
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests/bin" UNITY_BUILD OFF)
    # Qt defines these per folder, which would keep the tests of other folders from sharing precompiled headers.
    target_compile_options(${name} PRIVATE -UQT_TESTCASE_BUILDDIR -UQT_TESTCASE_SOURCEDIR)
    coinswarm_reuse_precompiled_headers(${name} tests)
    if(arg_DEPENDS)
        add_dependencies(${name} ${arg_DEPENDS})
    endif()
    add_dependencies(tests-${arg_LABEL} ${name})
    if(NOT COINSWARM_TESTS_IN_ALL)
        set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ON)
    endif()
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES
        LABELS ${arg_LABEL}
        TIMEOUT ${arg_TIMEOUT}
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;${arg_ENVIRONMENT}")
endfunction()

# A program that measures. It takes --quick and --json, and prints one JSON object.
function(coinswarm_add_benchmark name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES;DEPENDS")
    if(NOT name MATCHES "^bench_")
        message(FATAL_ERROR "coinswarm_add_benchmark(${name}): the name must start with bench_, so that ./dev bench finds it")
    endif()
    if(NOT arg_SOURCES)
        set(arg_SOURCES ${name}.cpp)
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/core" "${PROJECT_SOURCE_DIR}/tests")
    target_link_libraries(${name} PRIVATE Coinswarm::sdk ${arg_LIBRARIES})
    target_compile_definitions(${name} PRIVATE COINSWARM_SHARED_DATA="${COINSWARM_SHARED_DATA}")
    coinswarm_reuse_precompiled_headers(${name} core)
    if(arg_DEPENDS)
        add_dependencies(${name} ${arg_DEPENDS})
    endif()
    add_dependencies(benchmarks ${name})
endfunction()
