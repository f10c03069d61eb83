// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market_checkpoint.h"

#include <QtCore/QCryptographicHash>

#include <cmath>
#include <cstring>
#include <type_traits>

namespace coinswarm::simulated {

namespace {

// Raise it with every change of what step() does: the same state would lead to other prices.
constexpr std::string_view kMagic = "coinswarm simulated market 1\n";
constexpr std::size_t kDigestBytes = 32;

class StateWriter
{
public:
    explicit StateWriter(std::string &out) : m_out(out) {}

    template <class T>
    void operator()(const T &value)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        char bytes[sizeof value];
        std::memcpy(bytes, &value, sizeof value);
        m_out.append(bytes, sizeof value);
    }
    void operator()(const std::string &text)
    {
        (*this)(static_cast<std::uint64_t>(text.size()));
        m_out += text;
    }

private:
    std::string &m_out;
};

class StateReader
{
public:
    explicit StateReader(std::string_view in) : m_in(in) {}

    template <class T>
    void operator()(T &value)
    {
        if (m_in.size() < sizeof value) {
            m_good = false;
            m_in = {};
            return;
        }
        if constexpr (std::is_same_v<T, bool>) {
            m_good = m_good && static_cast<unsigned char>(m_in[0]) <= 1;
            value = m_in[0] == 1;
        } else {
            std::memcpy(&value, m_in.data(), sizeof value);
        }
        if constexpr (std::is_same_v<T, double>) {
            m_good = m_good && std::isfinite(value);
        } else if constexpr (std::is_same_v<T, MarketMood>) {
            m_good = m_good && value <= MarketMood::Turbulent;
        }
        m_in.remove_prefix(sizeof value);
    }

    bool usedUp() const { return m_good && m_in.empty(); }

private:
    std::string_view m_in;
    bool m_good = true;
};

std::string digest(std::string_view bytes)
{
    const QByteArray view = QByteArray::fromRawData(bytes.data(), static_cast<qsizetype>(bytes.size()));
    return QCryptographicHash::hash(view, QCryptographicHash::Sha256).toStdString();
}

/// Of what prices depend on. Length and speed may change without another market coming of it.
std::string fingerprint(const SimulationOptions &options)
{
    std::string bytes;
    StateWriter write(bytes);
    write(options.seed);
    for (const SimulatedInstrument &market : options.instruments) {
        write(market.instrument.symbol);
        write(market.instrument.id.value);
        write(market.instrument.tick.raw);
        write(market.instrument.lot.raw);
        write(market.startPrice);
        write(market.minuteVolatility);
        write(market.grid.raw);
    }
    write(options.tradesPerSecond);
    write(static_cast<std::int64_t>(options.bookPeriod.count()));
    write(static_cast<std::uint64_t>(options.depth));
    write(options.start.ns);
    write(static_cast<std::uint64_t>(options.historyBars));
    write(options.historyInterval.seconds);
    return digest(bytes);
}

} // namespace

std::string encodeCheckpoint(SimulatedMarket &market, const SimulationOptions &options)
{
    std::string bytes(kMagic);
    bytes += fingerprint(options);
    StateWriter writer(bytes);
    market.visitState(writer);
    return bytes + digest(bytes);
}

Result<void> decodeCheckpoint(std::string_view checkpoint, const SimulationOptions &options, SimulatedMarket &market)
{
    if (!checkpoint.starts_with(kMagic)) {
        return Error{ErrorKind::Corrupt, "it is not one of this version of the simulated market"};
    }
    const std::size_t frame = kMagic.size() + 2 * kDigestBytes;
    if (checkpoint.size() < frame
        || digest(checkpoint.substr(0, checkpoint.size() - kDigestBytes))
            != checkpoint.substr(checkpoint.size() - kDigestBytes))
    {
        return Error{ErrorKind::Corrupt, "its digest is wrong, so it has been damaged"};
    }
    if (checkpoint.substr(kMagic.size(), kDigestBytes) != fingerprint(options)) {
        return Error{ErrorKind::Refused, "the settings of the simulated market have changed since it was made"};
    }
    StateReader reader(checkpoint.substr(kMagic.size() + kDigestBytes, checkpoint.size() - frame));
    market.visitState(reader);
    if (!reader.usedUp()) {
        return Error{ErrorKind::Corrupt, "it does not hold the state of these markets"};
    }
    return {};
}

} // namespace coinswarm::simulated
