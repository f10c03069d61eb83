// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/export.h>
#include <coinswarm/fields.h>
#include <coinswarm/market_data.h>
#include <coinswarm/result.h>
#include <coinswarm/timestamp.h>

#include <string>
#include <variant>
#include <vector>

#include <coinswarm/market_data.h>

namespace coinswarm {

/// Where data comes from.
struct SourceMetadata {
    std::string name; ///< "replay"
    std::string description; ///< "BTCUSDT 5m bars from binance_spot_BTCUSDT_5m_2024H1.csv.gz"
    std::string origin; ///< a file, a host name
    std::string licence; ///< empty where unknown
    std::vector<std::string> symbols;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("name", self.name);
        visit("description", self.description);
        visit("origin", self.origin);
        visit("licence", self.licence);
        visit("symbols", self.symbols);
    }
};

enum class SourceState : unsigned char { Starting, Healthy, Degraded, Failed, Finished };

constexpr auto enumNames(SourceState)
{
    return std::array<std::string_view, 5>{"starting", "healthy", "degraded", "failed", "finished"};
}

struct SourceHealth {
    SourceState state = SourceState::Starting;
    std::string detail; ///< empty when healthy; else what is wrong and what to do
    Timestamp lastData; ///< the newest data point's own time
    std::uint64_t delivered = 0; ///< data points so far
    std::uint64_t errors = 0;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("state", self.state);
        visit("detail", self.detail);
        visit("last_data", self.lastData);
        visit("delivered", self.delivered);
        visit("errors", self.errors);
    }
};

/// One observation that is not market data: a headline, a post, a macro value, an on-chain metric. Its text is data
/// from outside and can never cause an order.
struct DataPoint {
    std::string source;
    std::string key; ///< unique within the source: a data point seen twice is stored once
    Timestamp time; ///< when it became public
    std::string kind; ///< "news", "social", "macro", "onchain"
    std::vector<std::string> symbols;
    std::string text;
    double value = 0; ///< for numeric series

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("source", self.source);
        visit("key", self.key);
        visit("time", self.time);
        visit("kind", self.kind);
        visit("symbols", self.symbols);
        visit("text", self.text);
        visit("value", self.value);
    }
};

/// Whatever delivers data: feeds (market data) and ingestors (everything else).
class COINSWARM_SDK_EXPORT DataSource
{
public:
    virtual ~DataSource();

    virtual SourceMetadata metadata() const = 0;
    virtual SourceHealth health() const = 0;

protected:
    DataSource() = default;
    Q_DISABLE_COPY_MOVE(DataSource)
};

/// Collects data points on a schedule. Thread: `net`.
class COINSWARM_SDK_EXPORT Ingestor : public DataSource
{
public:
    ~Ingestor() override;

    /// Fetches what is new. An error is counted, shown in health() and retried with backoff by the scheduler.
    virtual Result<std::vector<DataPoint>> collect() = 0;
};

} // namespace coinswarm
