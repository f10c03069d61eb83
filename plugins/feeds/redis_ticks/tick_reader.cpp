// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tick_reader.h"

#include "tick_bytes.h"
#include "tick_stream.h"

namespace coinswarm::redis_ticks {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostWaiting = 65'536; ///< beyond that nothing more is fetched; Redis keeps it
constexpr auto kBlock = 1000ms; ///< how long Redis waits for something new before it answers
constexpr auto kLook = 5ms; ///< between looks whether there is room again

} // namespace

/// What lives in the reader's thread.
class TickReader::Connection : public QObject
{
public:
    Connection(TickReader &reader, const redis::RedisSettings &redis, std::string key, std::uint64_t last)
        : m_reader(reader),
          m_key(std::move(key)),
          m_last(last),
          m_redis(redis, this),
          m_pause(this),
          m_backoff(redis.retryWait, redis.retryLongestWait)
    {
        m_pause.setSingleShot(true);
        connect(&m_redis, &redis::RedisAsync::opened, this, [this] {
            m_backoff.reset();
            fetch();
        });
        connect(&m_redis, &redis::RedisAsync::closed, this, [this](const QString &trouble) {
            say(trouble.toStdString());
            m_next = [this] { m_redis.open(); };
            m_pause.start(m_backoff.next());
        });
        connect(&m_pause, &QTimer::timeout, this, [this] { m_next(); });
    }

    void begin() { m_redis.open(); }

private:
    void fetch()
    {
        {
            const std::lock_guard lock(m_reader.m_mutex);
            m_room = kMostWaiting - std::min(kMostWaiting, m_reader.m_events.size());
        }
        if (m_room == 0) {
            m_next = [this] { fetch(); };
            m_pause.start(kLook);
            return;
        }
        const std::string count = std::to_string(std::min<std::size_t>(m_room, 4'096));
        const std::string last = std::to_string(m_last) + "-0";
        const std::string block = std::to_string(kBlock.count());
        m_redis.send(
            {"XREAD", "COUNT", count, "BLOCK", block, "STREAMS", m_key, last},
            [this](const Result<redis::RedisView> &reply) { onReply(reply); },
            kBlock + m_redis.settings().commandTimeout);
    }

    void onReply(const Result<redis::RedisView> &reply)
    {
        if (!reply.ok()) {
            say(reply.error().message);
            // A refusal leaves the connection as it is; what is wrong may be mended there.
            if (m_redis.isOpen()) {
                m_next = [this] { fetch(); };
                m_pause.start(m_backoff.next());
            }
            return;
        }
        takeIn((*reply)[0][1]);
        fetch();
    }

    void takeIn(redis::RedisView entries)
    {
        const std::lock_guard lock(m_reader.m_mutex);
        for (std::size_t i = 0; i < entries.size(); ++i) {
            const redis::RedisView fields = entries[i][1];
            const std::uint64_t number = tickNumber(entries[i][0].text());
            const std::optional<MarketEvent> event =
                fields[0].text() == "e" ? eventFrom(fields[1].text()) : std::nullopt;
            if (number == 0 || !event) {
                lose(1, "An entry of " + m_key + " in Redis is no market event and was left out.");
                m_last = std::max(m_last, number);
                continue;
            }
            const bool first = fields[2].text() == "first";
            if (first && m_last > 0) {
                lose(1,
                     "The stream " + m_key
                         + " in Redis was lost and begun anew; what it held and was not read is lost.");
            } else if (m_last > 0 && number != m_last + 1) {
                const std::uint64_t lost = number - m_last - 1;
                lose(lost,
                     std::to_string(lost) + " events were dropped from the stream " + m_key
                         + " in Redis before they were read. Keep more of them there, or read faster.");
            }
            m_last = number;
            m_reader.m_events.push_back({number, *event});
            m_reader.m_health.lastData = std::max(m_reader.m_health.lastData, visibleAt(*event));
            ++m_reader.m_health.delivered;
        }
        m_reader.m_trouble.clear();
        m_reader.m_health.state = SourceState::Healthy;
    }

    void lose(std::uint64_t count, std::string what)
    {
        m_reader.m_health.errors += count;
        m_reader.m_losses = std::move(what);
    }

    void say(const std::string &trouble)
    {
        const std::lock_guard lock(m_reader.m_mutex);
        m_reader.m_trouble = trouble;
        m_reader.m_health.state = SourceState::Degraded;
    }

    TickReader &m_reader;
    const std::string m_key;
    std::uint64_t m_last;
    std::size_t m_room = 0;
    redis::RedisAsync m_redis;
    QTimer m_pause;
    std::function<void()> m_next;
    redis::Backoff m_backoff;
};

TickReader::TickReader(const redis::RedisSettings &redis, std::string key, std::uint64_t last)
{
    m_connection = new Connection(*this, redis, std::move(key), last);
    m_connection->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::started, m_connection, [this] { m_connection->begin(); });
    QObject::connect(&m_thread, &QThread::finished, m_connection, &QObject::deleteLater);
    m_thread.setObjectName(QStringLiteral("redis-ticks"));
    m_thread.start();
}

TickReader::~TickReader()
{
    m_thread.quit();
    m_thread.wait();
}

void TickReader::take(std::size_t most, std::vector<NumberedEvent> &out)
{
    const std::lock_guard lock(m_mutex);
    const auto count = static_cast<std::ptrdiff_t>(std::min(most, m_events.size()));
    out.insert(out.end(), m_events.begin(), m_events.begin() + count);
    m_events.erase(m_events.begin(), m_events.begin() + count);
}

SourceHealth TickReader::health() const
{
    const std::lock_guard lock(m_mutex);
    SourceHealth health = m_health;
    health.detail = !m_trouble.empty() ? m_trouble : m_losses;
    if (health.errors > 0 && health.state == SourceState::Healthy) {
        health.state = SourceState::Degraded;
    }
    return health;
}

} // namespace coinswarm::redis_ticks
