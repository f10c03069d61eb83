// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/record_model.h"

namespace coinswarm::ui {

RecordModelBase::RecordModelBase(const Formats &formats, QObject *parent)
    : QAbstractTableModel(parent), m_formats(&formats)
{
    m_clock.start();
}

} // namespace coinswarm::ui
