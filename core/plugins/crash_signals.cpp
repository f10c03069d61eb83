// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/crash_signals.h"

#include <QtCore/qglobal.h>

#include <array>
#include <csignal>
#include <memory>

namespace coinswarm::plugins {

namespace {

thread_local std::atomic<std::uint32_t> *t_place = nullptr;

#if defined(Q_OS_UNIX)

constexpr std::array<int, 5> kSignals{SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
std::array<struct sigaction, kSignals.size()> g_before;

void onSignal(int signal)
{
    // Only stores and sigaction here: a handler may interrupt anything.
    if (t_place != nullptr) {
        t_place->store(static_cast<std::uint32_t>(signal), std::memory_order_relaxed);
    }
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
        if (kSignals[i] == signal) {
            sigaction(signal, &g_before[i], nullptr);
        }
    }
    raise(signal);
}

/// A handler cannot run on a stack that has overflowed, so each thread that enters plugin code has a spare one.
class SpareStack
{
public:
    SpareStack() : m_bytes(std::make_unique<std::array<char, kSize>>())
    {
        stack_t now{};
        if (sigaltstack(nullptr, &now) == 0 && (now.ss_flags & SS_DISABLE) != 0) {
            stack_t spare{};
            spare.ss_sp = m_bytes->data();
            spare.ss_size = kSize;
            m_installed = sigaltstack(&spare, nullptr) == 0;
        }
    }
    ~SpareStack()
    {
        if (m_installed) {
            stack_t none{};
            none.ss_flags = SS_DISABLE;
            none.ss_size = kSize;
            sigaltstack(&none, nullptr);
        }
    }

private:
    static constexpr std::size_t kSize = 64 * 1024;
    std::unique_ptr<std::array<char, kSize>> m_bytes;
    bool m_installed = false;
};

#endif

} // namespace

std::atomic<std::uint32_t> *noteCrashesIn(std::atomic<std::uint32_t> *place)
{
#if defined(Q_OS_UNIX)
    [[maybe_unused]] thread_local const SpareStack spare;
#endif
    return std::exchange(t_place, place);
}

void installCrashSignals()
{
#if defined(Q_OS_UNIX)
    [[maybe_unused]] static const bool once = [] {
        struct sigaction action = {};
        action.sa_handler = onSignal;
        action.sa_flags = SA_ONSTACK | SA_NODEFER;
        for (std::size_t i = 0; i < kSignals.size(); ++i) {
            sigaction(kSignals[i], &action, &g_before[i]);
        }
        return true;
    }();
#endif
}

std::string signalText(std::uint32_t signal)
{
    const char *name = signal == SIGABRT ? "aborted"
        : signal == SIGSEGV              ? "segmentation fault"
        : signal == SIGFPE               ? "arithmetic error"
        : signal == SIGILL               ? "illegal instruction"
                                         : "memory error";
    return "signal " + std::to_string(signal) + " (" + name + ")";
}

} // namespace coinswarm::plugins
