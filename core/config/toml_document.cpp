// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/toml_document.h"

// The whole of toml++ stays in this file: it takes seconds to compile.
#define TOML_EXCEPTIONS 0
// "[ @" breaks an assertion of its that the parser then reports well as an error. A wrong file must not end the program,
// nor may Clang optimise with such assertions, which NDEBUG would turn into assumptions.
#undef NDEBUG
#define TOML_ASSERT(expression) static_assert(true)
#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

namespace coinswarm::config {

namespace {

class Reader
{
public:
    Reader(const std::string &text, std::string fileName) : m_fileName(std::move(fileName))
    {
        std::size_t start = 0;
        for (std::size_t end = text.find('\n');; end = text.find('\n', start)) {
            m_lines.push_back(text.substr(start, end == std::string::npos ? end : end - start));
            if (end == std::string::npos) {
                break;
            }
            start = end + 1;
        }
    }

    std::vector<WrittenKey> read(const toml::table &table)
    {
        readTable(table, {});
        std::stable_sort(m_keys.begin(), m_keys.end(), [](const WrittenKey &a, const WrittenKey &b) {
            return std::pair(a.origin.line, a.origin.column) < std::pair(b.origin.line, b.origin.column);
        });
        return std::move(m_keys);
    }

    Origin place(const toml::source_position &position) const
    {
        return {Origin::Kind::File, m_fileName, static_cast<std::uint32_t>(position.line),
                static_cast<std::uint32_t>(position.column)};
    }

private:
    void readTable(const toml::table &table, const std::vector<std::string> &path)
    {
        for (const auto &[key, node] : table) {
            std::vector<std::string> inner = path;
            inner.emplace_back(key.str());
            if (const toml::table *section = node.as_table()) {
                readTable(*section, inner);
                if (section->empty()) {
                    m_keys.push_back({inner, {}, place(key.source().begin), true});
                }
            } else {
                m_keys.push_back({inner, value(node), place(key.source().begin), false});
            }
        }
    }

    WrittenValue value(const toml::node &node) const
    {
        WrittenValue written;
        written.origin = place(node.source().begin);
        if (const auto *text = node.as_string()) {
            written.kind = WrittenValue::Kind::Text;
            written.text = text->get();
            return written;
        }
        written.text = source(node.source());
        if (const auto *boolean = node.as_boolean()) {
            written.kind = WrittenValue::Kind::Boolean;
            written.text = boolean->get() ? "true" : "false";
        } else if (const auto *integer = node.as_integer()) {
            written.kind = WrittenValue::Kind::Integer;
            // Hexadecimal and underscores are the file's way of writing, not the number.
            written.text = std::to_string(integer->get());
        } else if (node.is_floating_point()) {
            written.kind = WrittenValue::Kind::Real;
            std::erase(written.text, '_');
        } else if (const auto *list = node.as_array()) {
            written.kind = WrittenValue::Kind::List;
            for (const toml::node &element : *list) {
                written.elements.push_back(value(element));
            }
        } else {
            written.kind = WrittenValue::Kind::Other;
        }
        return written;
    }

    /// What the file has between two positions of one line; columns count characters, not bytes.
    std::string source(const toml::source_region &region) const
    {
        if (region.begin.line == 0 || region.begin.line != region.end.line || region.begin.line > m_lines.size()) {
            return {};
        }
        const std::string &line = m_lines[region.begin.line - 1];
        std::string found;
        std::uint32_t column = 0;
        for (char c : line) {
            column += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
            if (column >= region.begin.column && column < region.end.column) {
                found += c;
            }
        }
        while (!found.empty() && (found.back() == ' ' || found.back() == '\t' || found.back() == '\r')) {
            found.pop_back();
        }
        return found;
    }

    std::string m_fileName;
    std::vector<std::string> m_lines;
    std::vector<WrittenKey> m_keys;
};

} // namespace

std::vector<WrittenKey> readToml(const std::string &text, const std::string &fileName, std::vector<Problem> &problems)
{
    Reader reader(text, fileName);
    const toml::parse_result parsed = toml::parse(std::string_view(text), std::string_view(fileName));
    if (!parsed) {
        problems.push_back({reader.place(parsed.error().source().begin),
                            "this is not TOML: " + std::string(parsed.error().description())});
        return {};
    }
    return reader.read(parsed.table());
}

} // namespace coinswarm::config
