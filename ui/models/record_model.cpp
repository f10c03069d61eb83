// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/record_model.h"

namespace coinswarm::ui {

RecordModelBase::RecordModelBase(const Formats &formats, QObject *parent)
    : QAbstractTableModel(parent), m_formats(&formats)
{
    m_clock.start();
}

RowFilter RecordModelBase::filterOf(const QString &text) const
{
    return [this, text](int row) {
        for (int column = 0; column < columnCount(); ++column) {
            if (index(row, column).data().toString().contains(text, Qt::CaseInsensitive)) {
                return true;
            }
        }
        return false;
    };
}

} // namespace coinswarm::ui
