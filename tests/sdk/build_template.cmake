# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Run by ctest; see CMakeLists.txt for the variables.

function(run)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE result)
    if(NOT result EQUAL 0)
        string(JOIN " " command ${ARGN})
        message(FATAL_ERROR "Failed (${result}): ${command}")
    endif()
endfunction()

file(REMOVE_RECURSE "${WORK}")
# The library itself is part of what runs, its headers and CMake package are the SDK.
foreach(component Runtime Sdk)
    run("${CMAKE_COMMAND}" --install "${BUILD}/core/sdk" --prefix "${WORK}/prefix" --component ${component})
endforeach()
file(COPY "${TEMPLATE}/" DESTINATION "${WORK}/source")
run("${CMAKE_COMMAND}" -S "${WORK}/source" -B "${WORK}/build" -G "${GENERATOR}"
    "-DCMAKE_PREFIX_PATH=${WORK}/prefix" "-DCMAKE_CXX_COMPILER=${CXX}" "-DCMAKE_BUILD_TYPE=${CONFIGURATION}")
run("${CMAKE_COMMAND}" --build "${WORK}/build")
run("${LOADER}" "${WORK}/build/lib/coinswarm/plugins" my_agent)
run("${CMAKE_COMMAND}" -E env "COINSWARM_BIN=${BUILD}/bin"
    bash "${CMAKE_CURRENT_LIST_DIR}/template_votes.sh" "${WORK}/build/lib/coinswarm/plugins")
