// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/postgres_field.h"

#include <QtCore/QStringDecoder>

namespace coinswarm::storage {

std::string_view postgresText(std::string_view text, std::string &repaired)
{
    const QUtf8StringView bytes(text.data(), static_cast<qsizetype>(text.size()));
    if (text.find('\0') == std::string_view::npos && bytes.isValidUtf8()) {
        return text;
    }
    // A text may begin with a byte order mark, which QString would take for something else than a text's.
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::ConvertInitialBom);
    QString valid = decoder(QByteArrayView(bytes.data(), bytes.size()));
    valid.replace(QChar(), QChar(QChar::ReplacementCharacter));
    repaired = valid.toStdString();
    return repaired;
}

} // namespace coinswarm::storage
