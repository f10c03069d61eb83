// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "api/slot_filter.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace coinswarm::api {

namespace {

using Kind = SlotWord::Kind;

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::optional<std::uint64_t> numberOf(std::string_view digits)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() && end == digits.data() + digits.size() ? std::optional(value) : std::nullopt;
}

SlotWord rangeWord(Kind kind, std::string_view range)
{
    const std::size_t dash = range.find('-');
    const std::optional<std::uint64_t> from = numberOf(range.substr(0, dash));
    if (!from) {
        return {kind, std::string(range), 1, 0};
    }
    if (dash == std::string_view::npos) {
        return {kind, std::string(range), *from, *from};
    }
    // "slot:18200-" is being typed: from there on.
    const std::optional<std::uint64_t> to = numberOf(range.substr(dash + 1));
    return {kind, std::string(range), *from, to.value_or(std::numeric_limits<std::uint64_t>::max())};
}

std::optional<SlotWord> wordOf(const std::string &word)
{
    const std::size_t colon = word.find(':');
    const std::string_view key = std::string_view(word).substr(0, colon == std::string::npos ? 0 : colon);
    const std::string value = colon == std::string::npos ? std::string() : word.substr(colon + 1);
    if (colon != std::string::npos && value.empty()) {
        return std::nullopt;
    }
    if (key == "slot") {
        return rangeWord(Kind::Slot, value);
    }
    if (key == "round") {
        return rangeWord(Kind::Round, value);
    }
    if (key == "kind") {
        return SlotWord{Kind::Change, value};
    }
    if (key == "coordinator" || key == "by") {
        return SlotWord{Kind::Coordinator, value};
    }
    if (key == "silent") {
        return SlotWord{Kind::Silent, value};
    }
    if (word == "rejected" || word == "refused") {
        return SlotWord{Kind::Refused, word};
    }
    return SlotWord{Kind::Text, word};
}

bool saysText(const QuorumSlotView &slot, const std::string &text)
{
    return containsWord(slot.change, text) || std::string_view(slot.commit).substr(0, text.size()) == text
        || slot.coordinator == text
        || std::any_of(slot.content.begin(), slot.content.end(),
                       [&](const QuorumItemView &item) {
                           return containsWord(item.summary, text) || containsWord(item.engine, text)
                               || std::string_view(item.proposal).substr(0, text.size()) == text;
                       })
        || std::any_of(slot.managers.begin(), slot.managers.end(), [&](const ManagerVoteView &manager) {
               return std::any_of(manager.reasons.begin(), manager.reasons.end(),
                                  [&](const std::string &reason) { return containsWord(reason, text); });
           });
}

bool holds(const QuorumSlotView &slot, const SlotWord &word)
{
    switch (word.kind) {
    case Kind::Slot:
        return word.from <= slot.slot && slot.slot <= word.to;
    case Kind::Round:
        return word.from <= slot.round && slot.round <= word.to;
    case Kind::Change:
        return containsWord(slot.change, word.value);
    case Kind::Coordinator:
        return slot.coordinator == word.value;
    case Kind::Silent:
        return std::any_of(slot.managers.begin(), slot.managers.end(), [&](const ManagerVoteView &manager) {
            return manager.manager == word.value && !manager.voted;
        });
    case Kind::Refused:
        return slot.accepted < slot.items;
    case Kind::Text:
        break;
    }
    return saysText(slot, word.value);
}

} // namespace

std::vector<SlotWord> slotWords(std::string_view text)
{
    std::vector<SlotWord> words;
    std::string word;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && text[i] != ' ') {
            word.push_back(lower(text[i]));
        } else if (!word.empty()) {
            if (std::optional<SlotWord> read = wordOf(word)) {
                words.push_back(std::move(*read));
            }
            word.clear();
        }
    }
    return words;
}

SlotRange slotRange(const std::vector<SlotWord> &words)
{
    SlotRange range{1, std::numeric_limits<std::uint64_t>::max()};
    for (const SlotWord &word : words) {
        if (word.kind == Kind::Slot) {
            range.first = std::max(range.first, word.from);
            range.last = std::min(range.last, word.to);
        }
    }
    return range;
}

bool containsWord(std::string_view text, std::string_view part)
{
    return std::search(text.begin(), text.end(), part.begin(), part.end(), [](char a, char b) { return lower(a) == b; })
        != text.end()
        || part.empty();
}

bool passes(const QuorumSlotView &slot, const std::vector<SlotWord> &words)
{
    return std::all_of(words.begin(), words.end(), [&](const SlotWord &word) { return holds(slot, word); });
}

} // namespace coinswarm::api
