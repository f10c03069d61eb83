# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Finds hiredis, the C client of Redis: Hiredis::hiredis, Hiredis_FOUND, Hiredis_VERSION.
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
    pkg_check_modules(PC_Hiredis QUIET hiredis)
endif()
# The folder above that of the headers, which other programs have headers in too.
find_path(Hiredis_INCLUDE_DIR hiredis/hiredis.h HINTS ${PC_Hiredis_INCLUDE_DIRS} PATH_SUFFIXES ..)
find_library(Hiredis_LIBRARY hiredis HINTS ${PC_Hiredis_LIBRARY_DIRS})
set(Hiredis_VERSION "${PC_Hiredis_VERSION}")

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Hiredis REQUIRED_VARS Hiredis_LIBRARY Hiredis_INCLUDE_DIR
    VERSION_VAR Hiredis_VERSION)
if(Hiredis_FOUND AND NOT TARGET Hiredis::hiredis)
    add_library(Hiredis::hiredis UNKNOWN IMPORTED)
    set_target_properties(Hiredis::hiredis PROPERTIES
        IMPORTED_LOCATION "${Hiredis_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${Hiredis_INCLUDE_DIR}")
endif()
mark_as_advanced(Hiredis_LIBRARY Hiredis_INCLUDE_DIR)
