// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/secret_names.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace coinswarm::config {

bool looksSecret(std::string_view key)
{
    std::vector<std::string> words(1);
    for (char c : key) {
        if (c == '_' || c == '-' || c == '.') {
            words.emplace_back();
        } else {
            words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
    }
    const std::string &last = words.back();
    if (last == "file" || last == "path" || last == "env" || last == "folder") {
        return false;
    }
    static const std::vector<std::string> telling{"secret",      "secrets",    "password",  "passwd", "passphrase",
                                                  "token",       "apikey",     "apisecret", "jwt",    "credential",
                                                  "credentials", "privatekey", "mnemonic",  "bearer"};
    static const std::vector<std::string> kinds{"api", "private", "access", "signing", "secret"};
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (std::find(telling.begin(), telling.end(), words[i]) != telling.end()) {
            return true;
        }
        if (i > 0 && words[i] == "key" && std::find(kinds.begin(), kinds.end(), words[i - 1]) != kinds.end()) {
            return true;
        }
    }
    return false;
}

bool isSecretMaterial(std::string_view value)
{
    return value.find("PRIVATE KEY-----") != std::string_view::npos;
}

std::string secretAdvice()
{
    return "a secret does not belong into the configuration, which is shown by `config show` and copied into journals. "
           "Remove it here, put it into a file of its own that only you can read (mode 0600), and name that file with "
           "a "
           "key such as api_key_file";
}

} // namespace coinswarm::config
