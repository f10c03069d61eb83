// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <string_view>

namespace coinswarm::config {

/// Whether a key is called like something that must not be in a configuration: api_key, client-secret, password, token.
/// Names of places are fine: api_key_file, token_env.
bool looksSecret(std::string_view key);

/// Whether a value is a secret whatever its key is called, such as a private key in PEM.
bool isSecretMaterial(std::string_view value);

/// Why, and where to put it instead. Never repeats the value.
std::string secretAdvice();

} // namespace coinswarm::config
