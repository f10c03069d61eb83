// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "codec/json_reader.h"
#include "codec/json_writer.h"
#include "codec/traits.h"

#include <coinswarm/ids.h>
#include <coinswarm/settings.h>

#include <optional>
#include <string>
#include <vector>

/// The parameters of each method that has its own, and how they are read: strictly, so that a misspelt `pause` does not
/// silently mean its default.
namespace coinswarm::rpc {

struct NoParameters {
    template <class Self, class Visitor>
    static void fields(Self &, Visitor &&)
    {}
};

struct HelloParameters {
    int version = 0;
    std::optional<std::string> token; ///< absent if the handshake's Authorization header had it

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("version", self.version);
        visit("token", self.token);
    }
};

struct ExplainParameters {
    OrderId order;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("order", self.order);
    }
};

struct MembershipParameters {
    std::string change;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("change", self.change);
    }
};

struct HaltParameters {
    std::string operatorName;
    std::string reason;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("operator_name", self.operatorName);
        visit("reason", self.reason);
    }
};

struct ResumeParameters {
    std::string operatorName;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("operator_name", self.operatorName);
    }
};

struct PauseParameters {
    bool paused = false;
    std::string operatorName;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("paused", self.paused);
        visit("operator_name", self.operatorName);
    }
};

struct SpeedParameters {
    double speed = 1;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("speed", self.speed);
    }
};

struct FeedPauseParameters {
    bool paused = false;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("paused", self.paused);
    }
};

struct VerifyAuditParameters {
    bool begin = false;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("begin", self.begin);
    }
};

struct PlayUntilParameters {
    Timestamp time;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("time", self.time);
    }
};

/// Lists what a parameter object may and must contain.
class ParameterNames
{
public:
    template <class T>
    void operator()(std::string_view name, const T &)
    {
        m_all.emplace_back(name);
        if constexpr (!codec::IsOptional<T>) {
            m_required.emplace_back(name);
        }
    }

    /// Invalid, with the name, if `params` lacks a required parameter or has one that is not known.
    Result<void> check(const QJsonObject &params) const
    {
        for (const QString &key : params.keys()) {
            const std::string name = key.toStdString();
            if (std::find(m_all.begin(), m_all.end(), name) == m_all.end()) {
                const std::string near = nearestWord(name, m_all);
                return invalid("there is no parameter " + name + (near.empty() ? "" : "; did you mean " + near + "?"));
            }
        }
        for (const std::string &name : m_required) {
            if (!params.contains(QLatin1StringView(name.data(), static_cast<qsizetype>(name.size())))) {
                return invalid("the parameter " + name + " is missing");
            }
        }
        return {};
    }

private:
    std::vector<std::string> m_all;
    std::vector<std::string> m_required;
};

template <class T>
Result<T> parametersFrom(const QJsonObject &params)
{
    ParameterNames names;
    const T declared{};
    T::fields(declared, names);
    if (const Result<void> checked = names.check(params); !checked.ok()) {
        return checked.error();
    }
    return codec::fromJson<T>(params);
}

} // namespace coinswarm::rpc
