// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/digest.h"

#include <coinswarm/result.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

/// Files of lines that people read and pass on: a genesis, a change of membership.
namespace coinswarm::audit {

/// `file`: "genesis".
inline Error wrongLine(const std::string &file, std::size_t line, const std::string &expected)
{
    return invalid("Line " + std::to_string(line) + " of the " + file + " is wrong: expected " + expected + ".");
}

/// False if the text is not exactly that many bytes in hexadecimal digits.
template <std::size_t kSize>
bool readHex(std::string_view text, std::array<std::byte, kSize> &value)
{
    const auto bytes = journal::fromHex(text, kSize);
    if (bytes) {
        std::copy(bytes->begin(), bytes->end(), value.begin());
    }
    return bytes.has_value();
}

/// The whole file; `what` is "genesis file".
inline Result<std::string> readText(const std::string &what, const std::filesystem::path &file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        return Error{ErrorKind::Environment, "Cannot read the " + what + " " + file.string() + "."};
    }
    return std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}

} // namespace coinswarm::audit
