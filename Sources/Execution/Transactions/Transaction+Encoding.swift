public import Primitives
import RLP
import Secp256k1

extension Transaction {
    /// The EIP-2718 envelope. An unsigned transaction has zeros for its signature.
    public var encoded: [UInt8] {
        let signature = signature ?? Secp256k1Signature(r: .zero, s: .zero, recoveryID: 0)
        let fields = RLPEncoder.list { list in
            appendFields(to: &list)
            list.append(v)
            list.append(signature.r)
            list.append(signature.s)
        }
        return kind == .legacy ? fields : [kind.rawValue] + fields
    }

    public var hash: Hash32 { Keccak256.hash(encoded) }

    /// What the sender signs.
    public var signingHash: Hash32 {
        let fields = RLPEncoder.list { list in
            appendFields(to: &list)
            // EIP-155
            if kind == .legacy, let chainID {
                list.append(chainID)
                list.append(UInt64(0))
                list.append(UInt64(0))
            }
        }
        return Keccak256.hash(kind == .legacy ? fields : [kind.rawValue] + fields)
    }

    /// The signature's first number: 27 or 28, since EIP-155 35 + 2 · chain id + parity; the parity alone from type 1 on.
    public var v: UInt256 {
        guard let signature else { return .zero }
        let parity = UInt64(signature.recoveryID)
        guard kind == .legacy else { return UInt256(parity) }
        guard let chainID else { return UInt256(27 + parity) }
        return UInt256(chainID) &* 2 &+ UInt256(35 + parity)
    }

    private func appendFields(to list: inout RLPEncoder) {
        if kind != .legacy { list.append(chainID ?? 0) }
        list.append(nonce)
        if kind.rawValue >= Kind.dynamicFee.rawValue { list.append(maxPriorityFeePerGas) }
        list.append(gasPrice)
        list.append(gasLimit)
        if let to { list.append(to) } else { list.append(bytes: []) }
        list.append(value)
        list.append(bytes: data)
        guard kind != .legacy else { return }
        list.appendList { entries in
            for entry in accessList {
                entries.appendList { item in
                    item.append(entry.address)
                    item.appendList { slots in for slot in entry.slots { slots.append(slot) } }
                }
            }
        }
        if kind == .blob {
            list.append(maxFeePerBlobGas)
            list.appendList { hashes in for hash in blobHashes { hashes.append(hash) } }
        }
        if kind == .setCode {
            list.appendList { items in for authorization in authorizations { authorization.append(to: &items) } }
        }
    }
}

extension Authorization {
    func append(to list: inout RLPEncoder) {
        list.appendList { item in
            appendMessage(to: &item)
            item.append(UInt64(yParity))
            item.append(r)
            item.append(s)
        }
    }

    private func appendMessage(to item: inout RLPEncoder) {
        item.append(chainID)
        item.append(address)
        item.append(nonce)
    }

    /// keccak(0x05 ‖ rlp([chain_id, address, nonce])).
    public var signingHash: Hash32 { Keccak256.hash([5] + RLPEncoder.list { appendMessage(to: &$0) }) }

    /// The account that signed, `nil` when the signature is none.
    public var authority: Address? {
        guard yParity <= 1, s <= Secp256k1Signature.halfOrder else { return nil }
        return try? Secp256k1Signature(r: r, s: s, recoveryID: yParity).recover(signingHash).address
    }
}
