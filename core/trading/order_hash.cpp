// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "trading/order_hash.h"

#include "codec/binary_writer.h"

#include <QtCore/QCryptographicHash>

namespace coinswarm::trading {

std::string approvalHash(const Order &order, const api::Approval &approval)
{
    std::vector<std::byte> bytes;
    codec::BinaryWriter out(bytes);
    out.write(std::string("coinswarm approval 1"));
    out.write(order.id);
    out.write(order.clientId);
    out.write(order.instrument);
    out.write(order.decision);
    out.write(order.parent);
    out.write(order.side);
    out.write(order.type);
    out.write(order.timeInForce);
    out.write(order.purpose);
    out.write(order.reduceOnly);
    out.write(order.postOnly);
    out.write(order.quantity);
    out.write(order.limitPrice);
    out.write(order.stopPrice);
    out.write(order.referencePrice);
    out.write(order.protectiveStop);
    out.write(order.protectiveTarget);
    out.write(approval.id);
    out.write(approval.requested);
    out.write(approval.expires);
    out.write(approval.referencePrice);
    out.write(approval.bandLow);
    out.write(approval.bandHigh);
    out.write(approval.worstCase);
    out.write(approval.operatorsNeeded);
    const QByteArrayView view(reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size()));
    return QCryptographicHash::hash(view, QCryptographicHash::Sha256).toHex().toStdString();
}

} // namespace coinswarm::trading
