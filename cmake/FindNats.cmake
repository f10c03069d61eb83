# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Finds libnats, the C client of NATS: Nats::nats, Nats_FOUND, Nats_VERSION.
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
    pkg_check_modules(PC_Nats QUIET libnats)
endif()
find_path(Nats_INCLUDE_DIR nats/nats.h HINTS ${PC_Nats_INCLUDE_DIRS})
find_library(Nats_LIBRARY nats HINTS ${PC_Nats_LIBRARY_DIRS})
set(Nats_VERSION "${PC_Nats_VERSION}")
if(NOT Nats_VERSION AND EXISTS "${Nats_INCLUDE_DIR}/nats/version.h")
    file(STRINGS "${Nats_INCLUDE_DIR}/nats/version.h" line REGEX "NATS_VERSION_STRING")
    string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" Nats_VERSION "${line}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Nats REQUIRED_VARS Nats_LIBRARY Nats_INCLUDE_DIR VERSION_VAR Nats_VERSION)
if(Nats_FOUND AND NOT TARGET Nats::nats)
    add_library(Nats::nats UNKNOWN IMPORTED)
    set_target_properties(Nats::nats PROPERTIES
        IMPORTED_LOCATION "${Nats_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${Nats_INCLUDE_DIR}")
endif()
mark_as_advanced(Nats_LIBRARY Nats_INCLUDE_DIR)
