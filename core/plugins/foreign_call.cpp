// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/foreign_call.h"

#include <exception>

namespace coinswarm::plugins {

std::string describeException(const char *method)
{
    try {
        throw;
    } catch (const std::exception &e) {
        return std::string(method) + " threw: " + e.what();
    } catch (...) {
        return std::string(method) + " threw something that is not a std::exception.";
    }
}

} // namespace coinswarm::plugins
