// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "supervision/journal_explanation.h"

#include "codec/binary_reader.h"
#include "engine/engine_core.h"
#include "engine/record_codec.h"
#include "journal/journal_reader.h"

#include <deque>
#include <functional>

namespace coinswarm::supervision {

namespace {

/// How many questions may lie between a question and its decision.
constexpr std::size_t kAsksKept = 256;

template <class T, std::size_t I = 0>
constexpr std::uint16_t typeOf()
{
    if constexpr (std::is_same_v<std::variant_alternative_t<I, engine::RecordedEffect>, T>) {
        return static_cast<std::uint16_t>(engine::kFirstEffectType + I);
    } else {
        return typeOf<T, I + 1>();
    }
}

template <class T>
Result<T> read(const journal::RecordView &record)
{
    Result<engine::RecordedEffect> effect = engine::decodeEffect(record.header.type, record.payload);
    if (!effect.ok()) {
        return Error{effect.error().kind,
                     "record " + std::to_string(record.header.sequence) + ": " + effect.error().message};
    }
    return std::get<T>(std::move(effect).value());
}

/// Calls `visit` with every record until it says that it has seen enough.
Result<void> forEach(const std::filesystem::path &path,
                     const std::function<Result<bool>(const journal::RecordView &)> &visit)
{
    Result<journal::JournalReader> reader = journal::JournalReader::open(path);
    if (!reader.ok()) {
        return reader.error();
    }
    for (;;) {
        const Result<std::optional<journal::RecordView>> record = reader->next();
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

Result<void> readHeader(const std::filesystem::path &path, std::vector<Instrument> &instruments, api::Explanation &out)
{
    Result<journal::JournalReader> reader = journal::JournalReader::open(path);
    if (!reader.ok()) {
        return reader.error();
    }
    const Result<journal::ByteBuffer> payload = reader->readHeaderPayload();
    if (!payload.ok()) {
        return payload.error();
    }
    const Result<engine::JournalHeader> header = codec::decoded<engine::JournalHeader>(*payload);
    if (!header.ok()) {
        return Error{header.error().kind, "the journal's header cannot be read: " + header.error().message};
    }
    const Result<std::unique_ptr<engine::EngineCore>> engine = engine::EngineCore::create(header->engine);
    if (!engine.ok()) {
        return engine.error();
    }
    out.indicators = (*engine)->market().indicatorNames();
    for (const engine::RosterEntry &agent : header->engine.agents) {
        out.agents.push_back(agent.name);
    }
    instruments = header->engine.instruments;
    return {};
}

/// Keeps what the records say about one order.
class OrderCollector
{
public:
    OrderCollector(OrderId order, api::Explanation &out) : m_order(order), m_out(out) {}

    Result<bool> visit(const journal::RecordView &record)
    {
        switch (record.header.type) {
        case typeOf<engine::effect::OrderChanged>():
            return take<engine::effect::OrderChanged>(
                record, [this](engine::effect::OrderChanged &e) { keep(std::move(e.order)); });
        case typeOf<engine::effect::RiskChecked>():
            return take<engine::effect::RiskChecked>(record, [this](engine::effect::RiskChecked &e) {
                if (e.report.order == m_order) {
                    m_out.riskReports.push_back(std::move(e.report));
                }
            });
        case typeOf<engine::effect::ApprovalChanged>():
            return take<engine::effect::ApprovalChanged>(record, [this](engine::effect::ApprovalChanged &e) {
                if (e.approval.order == m_order) {
                    m_out.approval = std::move(e.approval);
                }
            });
        case typeOf<engine::effect::FillBooked>():
            return take<engine::effect::FillBooked>(record, [this](engine::effect::FillBooked &e) {
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
    Result<bool> take(const journal::RecordView &record, Keep keepIt)
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
    api::Explanation &m_out;
};

/// Finds the decision, the question that it answers, and the order that the order protects.
class DecisionFinder
{
public:
    explicit DecisionFinder(api::Explanation &out) : m_out(out) {}

    Result<bool> visit(const journal::RecordView &record)
    {
        if (record.header.type == typeOf<engine::effect::AskAgents>()) {
            m_asks.emplace_back(record.payload.begin(), record.payload.end());
            if (m_asks.size() > kAsksKept) {
                m_asks.pop_front();
            }
            return true;
        }
        if (m_out.order.parent && record.header.type == typeOf<engine::effect::OrderChanged>()) {
            return keepParent(record);
        }
        if (record.header.type != typeOf<engine::effect::DecisionMade>()) {
            return true;
        }
        Result<engine::effect::DecisionMade> made = read<engine::effect::DecisionMade>(record);
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
    Result<bool> keepParent(const journal::RecordView &record)
    {
        Result<engine::effect::OrderChanged> changed = read<engine::effect::OrderChanged>(record);
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
            Result<engine::RecordedEffect> effect = engine::decodeEffect(typeOf<engine::effect::AskAgents>(), *payload);
            if (!effect.ok()) {
                return effect.error();
            }
            auto &ask = std::get<engine::effect::AskAgents>(*effect);
            if (ask.state.ask == m_out.decision.ask) {
                m_out.state = std::move(ask.state);
                break;
            }
        }
        return !complete();
    }

    api::Explanation &m_out;
    std::deque<journal::ByteBuffer> m_asks;
};

} // namespace

Result<api::Explanation> explainFromJournal(const std::filesystem::path &journal, OrderId order)
{
    api::Explanation out;
    std::vector<Instrument> instruments;
    if (const Result<void> header = readHeader(journal, instruments, out); !header.ok()) {
        return header.error();
    }
    OrderCollector orders(order, out);
    const Result<void> collected =
        forEach(journal, [&](const journal::RecordView &record) { return orders.visit(record); });
    if (!collected.ok()) {
        return collected.error();
    }
    if (!out.order.id) {
        return Error{ErrorKind::NotFound,
                     "there is no order " + std::to_string(order.value) + " in " + journal.string()
                         + "; `coinswarm-cli journal show --type order_changed` lists them"};
    }
    DecisionFinder decision(out);
    const Result<void> found =
        forEach(journal, [&](const journal::RecordView &record) { return decision.visit(record); });
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

} // namespace coinswarm::supervision
