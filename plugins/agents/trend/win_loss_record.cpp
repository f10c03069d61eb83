// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "win_loss_record.h"

#include <charconv>
#include <stdexcept>

namespace coinswarm::trend {

namespace {

template <class Number>
void append(std::string &text, Number value)
{
    // Without a precision to_chars writes the shortest text that reads back as the same number.
    char bytes[32];
    const auto end = std::to_chars(bytes, bytes + sizeof bytes, value);
    text.append(" ").append(bytes, end.ptr);
}

template <class Number>
Number take(const char *&at, const char *end)
{
    Number value{};
    const bool separated = at != end && *at == ' ';
    const auto read = std::from_chars(separated ? at + 1 : end, end, value);
    if (read.ec != std::errc()) {
        throw std::invalid_argument("the saved win/loss record is damaged");
    }
    at = read.ptr;
    return value;
}

} // namespace

void WinLossRecord::add(const RoundTrip &trade)
{
    const Money stake = notional(trade.entryPrice, abs(trade.quantity));
    if (!stake.isPositive()) {
        return;
    }
    const double earned = trade.pnl.toDouble() / stake.toDouble();
    if (earned > 0) {
        ++m_wins;
        m_won += earned;
    } else {
        ++m_losses;
        m_lost -= earned;
    }
}

double WinLossRecord::ratio(std::uint64_t enough, double otherwise) const
{
    if (trades() < enough || m_wins == 0 || !(m_lost > 0)) {
        return otherwise;
    }
    return (m_won / static_cast<double>(m_wins)) / (m_lost / static_cast<double>(m_losses));
}

std::string WinLossRecord::save() const
{
    std::string text = "1";
    append(text, m_wins);
    append(text, m_losses);
    append(text, m_won);
    append(text, m_lost);
    return text;
}

void WinLossRecord::restore(const std::string &state)
{
    if (state.empty() || state[0] != '1') {
        throw std::invalid_argument("the saved win/loss record is of another version");
    }
    const char *at = state.data() + 1;
    const char *end = state.data() + state.size();
    WinLossRecord read;
    read.m_wins = take<std::uint64_t>(at, end);
    read.m_losses = take<std::uint64_t>(at, end);
    read.m_won = take<double>(at, end);
    read.m_lost = take<double>(at, end);
    *this = read;
}

} // namespace coinswarm::trend
