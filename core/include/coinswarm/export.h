// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtCore/qglobal.h>

#if defined(COINSWARM_SDK_LIBRARY)
#define COINSWARM_SDK_EXPORT Q_DECL_EXPORT
#else
#define COINSWARM_SDK_EXPORT Q_DECL_IMPORT
#endif
