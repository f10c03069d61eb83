# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later

# coinswarm_add_plugin(name
#     KIND agent|feed|venue|bus|memory|backend
#     SOURCES …
#     METADATA plugin.json
#     [LIBRARIES …] [VERSION 1.2.3] [OUTPUT_DIRECTORY folder] [NO_INSTALL])
#
# Builds one plugin: a module that links the SDK. Used by this project and, installed, by plugins outside it.
#
# The plugin's folder holds plugin.json.in with what its author knows (Name, Description, Requires, …). CMake adds what
# the build knows, unless the file says otherwise, and writes plugin.json where Q_PLUGIN_METADATA(IID … FILE
# "plugin.json") finds it:
#   Id          the plugin's name          Version     VERSION, else the project's
#   Kind        KIND                       ApiVersion  the SDK's number, which the host must share exactly
#   QtVersion   as in "6.4"                Compiler    family and major version, as in "gcc-12"

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set(COINSWARM_COMPILER_FAMILY gcc)
elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    set(COINSWARM_COMPILER_FAMILY clang)
else()
    string(TOLOWER "${CMAKE_CXX_COMPILER_ID}" COINSWARM_COMPILER_FAMILY)
endif()
string(REGEX MATCH "^[0-9]+" COINSWARM_COMPILER_MAJOR "${CMAKE_CXX_COMPILER_VERSION}")
set(COINSWARM_COMPILER "${COINSWARM_COMPILER_FAMILY}-${COINSWARM_COMPILER_MAJOR}")

# Sets a member of the JSON object in `variable` unless the author wrote it.
function(_coinswarm_json_default variable key value)
    string(JSON present ERROR_VARIABLE absent GET "${${variable}}" "${key}")
    if(absent)
        string(JSON result SET "${${variable}}" "${key}" "${value}")
        set(${variable} "${result}" PARENT_SCOPE)
    endif()
endfunction()

function(coinswarm_add_plugin name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "NO_INSTALL" "KIND;METADATA;VERSION;OUTPUT_DIRECTORY" "SOURCES;LIBRARIES")
    set(kinds agent feed venue bus memory backend)
    if(NOT arg_KIND IN_LIST kinds)
        message(FATAL_ERROR "coinswarm_add_plugin(${name}): KIND is \"${arg_KIND}\", expected one of: ${kinds}")
    endif()
    if(NOT arg_METADATA)
        set(arg_METADATA plugin.json)
    endif()
    set(template "${CMAKE_CURRENT_SOURCE_DIR}/${arg_METADATA}.in")
    if(NOT EXISTS "${template}")
        message(FATAL_ERROR "coinswarm_add_plugin(${name}): ${template} does not exist. Write the plugin's metadata there "
            "(not in ${arg_METADATA}, which moc would take instead of the completed file).")
    endif()
    if(NOT arg_VERSION)
        set(arg_VERSION "${PROJECT_VERSION}")
    endif()

    set(generated "${CMAKE_CURRENT_BINARY_DIR}/${name}_metadata")
    configure_file("${template}" "${generated}/${arg_METADATA}.configured" @ONLY)
    file(READ "${generated}/${arg_METADATA}.configured" json)
    string(JSON type ERROR_VARIABLE error TYPE "${json}")
    if(error)
        message(FATAL_ERROR "coinswarm_add_plugin(${name}): ${template} is not JSON: ${error}")
    endif()
    string(REGEX MATCH "^[0-9]+\\.[0-9]+" qt_version "${Qt6_VERSION}")
    _coinswarm_json_default(json Id "\"${name}\"")
    _coinswarm_json_default(json Version "\"${arg_VERSION}\"")
    _coinswarm_json_default(json Kind "\"${arg_KIND}\"")
    _coinswarm_json_default(json ApiVersion "${COINSWARM_API_VERSION}")
    _coinswarm_json_default(json QtVersion "\"${qt_version}\"")
    _coinswarm_json_default(json Compiler "\"${COINSWARM_COMPILER}\"")
    file(CONFIGURE OUTPUT "${generated}/${arg_METADATA}" CONTENT "${json}\n" @ONLY)

    add_library(${name} MODULE ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE Coinswarm::sdk ${arg_LIBRARIES})
    target_include_directories(${name} PRIVATE "${generated}")
    if(COMMAND coinswarm_reuse_precompiled_headers)
        coinswarm_reuse_precompiled_headers(${name} core)
    endif()
    if(NOT arg_OUTPUT_DIRECTORY)
        set(arg_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib/coinswarm/plugins")
    endif()
    # A plugin is found by the name of its file, which is its id.
    set_target_properties(${name} PROPERTIES
        AUTOMOC ON
        PREFIX ""
        CXX_VISIBILITY_PRESET hidden
        VISIBILITY_INLINES_HIDDEN ON
        LIBRARY_OUTPUT_DIRECTORY "${arg_OUTPUT_DIRECTORY}"
        INSTALL_RPATH "$ORIGIN/../..")
    if(NOT arg_NO_INSTALL)
        if(TARGET programs)
            add_dependencies(programs ${name})
        endif()
        install(TARGETS ${name} LIBRARY DESTINATION "lib/coinswarm/plugins" COMPONENT Runtime)
    endif()
endfunction()
