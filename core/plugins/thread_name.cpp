// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/thread_name.h"

#include <QtCore/qglobal.h>

#if defined(Q_OS_UNIX)
#include <pthread.h>
#endif

namespace coinswarm::plugins {

void nameThisThread([[maybe_unused]] const std::string &name)
{
#if defined(Q_OS_LINUX)
    pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
#elif defined(Q_OS_MACOS)
    pthread_setname_np(name.c_str());
#endif
}

} // namespace coinswarm::plugins
