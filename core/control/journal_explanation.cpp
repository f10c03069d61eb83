// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "control/journal_explanation.h"

#include "codec/binary_reader.h"
#include "engine/engine_core.h"
#include "engine/record_codec.h"
#include "journal/journal_reader.h"

#include <deque>
#include <functional>

namespace coinswarm::control {

namespace {

/// How many questions may lie between a question and its decision.
constexpr std::size_t kAsksKept = 256;

template <class T, std::size_t I = 0>
constexpr std::uint16_t typeOf()
{
    if constexpr (std::is_same_v<std::variant_alternative_t<I, RecordedEffect>, T>) {
        return static_cast<std::uint16_t>(kFirstEffectType + I);
    } else {
        return typeOf<T, I + 1>();
    }
}

template <class T>
Result<T> read(const RecordView &record)
{
    Result<RecordedEffect> effect = decodeEffect(record.header.type, record.payload);
    if (!effect.ok()) {
        return Error{effect.error().kind,
                     "record " + std::to_string(record.header.sequence) + ": " + effect.error().message};
    }
    return std::get<T>(std::move(effect).value());
}

/// Calls `visit` with every record until it says that it has seen enough.
Result<void> forEach(const std::filesystem::path &path, const std::function<Result<bool>(const RecordView &)> &visit)
{
    Result<JournalReader> reader = JournalReader::open(path);
    if (!reader.ok()) {
        return reader.error();
    }
    for (;;) {
        const Result<std::optional<RecordView>> record = reader->next();
        if (!record.ok()) {
            return record.error();
        }
        if (!record->has_value()) {
            return {};
        }
        const Result<bool> goOn = visit(**record);
        if (!goOn.ok()) {
            return goOn.error();
        }
        if (!*goOn) {
            return {};
        }
    }
}

Result<void> readHeader(const std::filesystem::path &path, std::vector<Instrument> &instruments, Explanation &out)
{
    Result<JournalReader> reader = JournalReader::open(path);
    if (!reader.ok()) {
        return reader.error();
    }
    const Result<ByteBuffer> payload = reader->readHeaderPayload();
    if (!payload.ok()) {
        return payload.error();
    }
    const Result<JournalHeader> header = codec::decoded<JournalHeader>(*payload);
    if (!header.ok()) {
        return Error{header.error().kind, "the journal's header cannot be read: " + header.error().message};
    }
    const Result<std::unique_ptr<EngineCore>> engine = EngineCore::create(header->engine);
    if (!engine.ok()) {
        return engine.error();
    }
    out.indicators = (*engine)->market().indicatorNames();
    for (const RosterEntry &agent : header->engine.agents) {
        out.agents.push_back(agent.name);
    }
    instruments = header->engine.instruments;
    return {};
}

/// Keeps what the records say about one order.
class OrderCollector
{
public:
    OrderCollector(OrderId order, Explanation &out) : m_order(order), m_out(out) {}

    Result<bool> visit(const RecordView &record)
    {
        switch (record.header.type) {
        case typeOf<effect::OrderChanged>():
            return take<effect::OrderChanged>(record, [this](effect::OrderChanged &e) { keep(std::move(e.order)); });
        case typeOf<effect::RiskChecked>():
            return take<effect::RiskChecked>(record, [this](effect::RiskChecked &e) {
                if (e.report.order == m_order) {
                    m_out.riskReports.push_back(std::move(e.report));
                }
            });
        case typeOf<effect::ApprovalChanged>():
            return take<effect::ApprovalChanged>(record, [this](effect::ApprovalChanged &e) {
                if (e.approval.order == m_order) {
                    m_out.approval = std::move(e.approval);
                }
            });
        case typeOf<effect::FillBooked>():
            return take<effect::FillBooked>(record, [this](effect::FillBooked &e) {
                if (e.fill.order == m_order) {
                    m_out.fills.push_back(std::move(e.fill));
                }
            });
        default:
            return true;
        }
    }

private:
    template <class T, class Keep>
    Result<bool> take(const RecordView &record, Keep keepIt)
    {
        Result<T> effect = read<T>(record);
        if (!effect.ok()) {
            return effect.error();
        }
        keepIt(*effect);
        return true;
    }

    void keep(Order order)
    {
        if (order.id == m_order) {
            m_out.order = std::move(order);
        }
    }

    OrderId m_order;
    Explanation &m_out;
};

/// Finds the decision, the question that it answers, and the order that the order protects.
class DecisionFinder
{
public:
    explicit DecisionFinder(Explanation &out) : m_out(out) {}

    Result<bool> visit(const RecordView &record)
    {
        if (record.header.type == typeOf<effect::AskAgents>()) {
            m_asks.emplace_back(record.payload.begin(), record.payload.end());
            if (m_asks.size() > kAsksKept) {
                m_asks.pop_front();
            }
            return true;
        }
        if (m_out.order.parent && record.header.type == typeOf<effect::OrderChanged>()) {
            return keepParent(record);
        }
        if (record.header.type != typeOf<effect::DecisionMade>()) {
            return true;
        }
        Result<effect::DecisionMade> made = read<effect::DecisionMade>(record);
        if (!made.ok()) {
            return made.error();
        }
        if (made->decision.id != m_out.order.decision) {
            return true;
        }
        m_out.decision = std::move(made->decision);
        return findAsk();
    }

private:
    Result<bool> keepParent(const RecordView &record)
    {
        Result<effect::OrderChanged> changed = read<effect::OrderChanged>(record);
        if (!changed.ok()) {
            return changed.error();
        }
        if (changed->order.id == m_out.order.parent) {
            m_out.parent = std::move(changed->order);
        }
        return !complete();
    }

    bool complete() const
    {
        const bool decided = !m_out.order.decision || m_out.decision.id;
        return decided && (!m_out.order.parent || (m_out.parent && isFinal(m_out.parent->state)));
    }

    /// The question's record lies before the decision's.
    Result<bool> findAsk()
    {
        for (auto payload = m_asks.rbegin(); payload != m_asks.rend(); ++payload) {
            Result<RecordedEffect> effect = decodeEffect(typeOf<effect::AskAgents>(), *payload);
            if (!effect.ok()) {
                return effect.error();
            }
            auto &ask = std::get<effect::AskAgents>(*effect);
            if (ask.state.ask == m_out.decision.ask) {
                m_out.state = std::move(ask.state);
                break;
            }
        }
        return !complete();
    }

    Explanation &m_out;
    std::deque<ByteBuffer> m_asks;
};

} // namespace

Result<Explanation> explainFromJournal(const std::filesystem::path &journal, OrderId order)
{
    Explanation out;
    std::vector<Instrument> instruments;
    if (const Result<void> header = readHeader(journal, instruments, out); !header.ok()) {
        return header.error();
    }
    OrderCollector orders(order, out);
    const Result<void> collected = forEach(journal, [&](const RecordView &record) { return orders.visit(record); });
    if (!collected.ok()) {
        return collected.error();
    }
    if (!out.order.id) {
        return Error{ErrorKind::NotFound,
                     "there is no order " + std::to_string(order.value) + " in " + journal.string()
                         + "; `coinswarm-cli journal show --type order_changed` lists them"};
    }
    DecisionFinder decision(out);
    const Result<void> found = forEach(journal, [&](const RecordView &record) { return decision.visit(record); });
    if (!found.ok()) {
        return found.error();
    }
    for (const Instrument &instrument : instruments) {
        if (instrument.id == out.order.instrument) {
            out.instrument = instrument;
        }
    }
    return out;
}

} // namespace coinswarm::control
