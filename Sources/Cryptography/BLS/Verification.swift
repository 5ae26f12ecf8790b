import CBlst
public import Primitives

extension BLS {
    /// Whether `publicKey` is one: `KeyValidate` of the BLS draft §2.5.
    public static func keyValidate(_ publicKey: Bytes48) -> Bool {
        (try? PublicKeyCache.shared.publicKey(publicKey)) != nil
    }

    /// Whether `signature` is the signature of `message` under `publicKey`: `Verify` of the BLS draft §2.7.
    public static func verify(publicKey: Bytes48, message: Hash32, signature: Bytes96) -> Bool {
        guard let key = try? PublicKeyCache.shared.publicKey(publicKey) else { return false }
        return verify(publicKey: key, message: message, signature: signature)
    }

    /// `verify` with a key already decompressed.
    public static func verify(publicKey: PublicKey, message: Hash32, signature: Bytes96) -> Bool {
        guard let signature = try? Signature(signature) else { return false }
        return withUnsafePointer(to: publicKey.point) { key in
            withUnsafePointer(to: signature.point) { signature in
                message.withUnsafeBytes { message in
                    blst_core_verify_pk_in_g1(
                        key, signature, true, message.bindMemory(to: UInt8.self).baseAddress, message.count,
                        Ciphersuite.start, Ciphersuite.count, nil, 0) == BLST_SUCCESS
                }
            }
        }
    }

    /// Whether `signature` aggregates one signature of `messages[i]` under `publicKeys[i]` for every i:
    /// `AggregateVerify` of the BLS draft §3.3.1. False for unequal counts and for none at all.
    public static func aggregateVerify(publicKeys: [Bytes48], messages: [Hash32], signature: Bytes96) -> Bool {
        guard !publicKeys.isEmpty, publicKeys.count == messages.count, let signature = try? Signature(signature) else { return false }
        let pairing = PairingContext()
        for (bytes, message) in zip(publicKeys, messages) {
            guard let key = try? PublicKeyCache.shared.publicKey(bytes) else { return false }
            guard pairing.add(key, message: message, signature: nil, scalar: nil) else { return false }
        }
        return pairing.verify(against: signature)
    }

    /// Whether `signature` aggregates signatures of one `message` under all `publicKeys`:
    /// `FastAggregateVerify` of the BLS draft §3.3.4. False for no keys.
    public static func fastAggregateVerify(publicKeys: [Bytes48], message: Hash32, signature: Bytes96) -> Bool {
        guard let keys = try? publicKeys.map(PublicKeyCache.shared.publicKey) else { return false }
        return fastAggregateVerify(publicKeys: keys, message: message, signature: signature)
    }

    /// `fastAggregateVerify` with keys already decompressed.
    public static func fastAggregateVerify(publicKeys: [PublicKey], message: Hash32, signature: Bytes96) -> Bool {
        guard let key = PublicKey(aggregating: publicKeys) else { return false }
        return verify(publicKey: key, message: message, signature: signature)
    }

    /// `eth_fast_aggregate_verify` of the consensus specification (altair/bls.md): like
    /// `fastAggregateVerify`, but no signers at all with the signature at infinity are accepted.
    public static func ethFastAggregateVerify(publicKeys: [Bytes48], message: Hash32, signature: Bytes96) -> Bool {
        if publicKeys.isEmpty && signature == infinitySignature { return true }
        return fastAggregateVerify(publicKeys: publicKeys, message: message, signature: signature)
    }

    /// `eth_aggregate_pubkeys` of the consensus specification (altair/bls.md): the sum of the keys.
    ///
    /// - Throws: `BLSError.nothingToAggregate`, or `.invalidPublicKey` naming the first bad key.
    public static func ethAggregatePublicKeys(_ publicKeys: [Bytes48]) throws(BLSError) -> Bytes48 {
        guard !publicKeys.isEmpty else { throw .nothingToAggregate }
        var keys: [PublicKey] = []
        keys.reserveCapacity(publicKeys.count)
        for bytes in publicKeys { keys.append(try PublicKeyCache.shared.publicKey(bytes)) }
        return withUnsafePointer(to: sum(keys)) { Bytes48(compressing: $0) }
    }

    /// The sum of points of G1; infinity for none. From a handful of keys on, blst adds them in pairs that share one
    /// inversion, about three times as fast as one after another.
    static func sum(_ keys: [PublicKey]) -> blst_p1 {
        guard keys.count >= 8 else { return sumOneByOne(keys) }
        var sum = blst_p1()
        keys.map(\.point).withUnsafeBufferPointer { points in
            // A list whose second pointer is nil stands for points that lie one after another in memory.
            var list = [points.baseAddress, nil]
            blst_p1s_add(&sum, &list, points.count)
        }
        return sum
    }

    /// The slow twin of `sum`.
    static func sumOneByOne(_ keys: [PublicKey]) -> blst_p1 {
        var sum = blst_p1()
        for key in keys {
            withUnsafePointer(to: key.point) { point in
                withUnsafeMutablePointer(to: &sum) { blst_p1_add_or_double_affine($0, $0, point) }
            }
        }
        return sum
    }
}

extension PublicKey {
    /// The sum of `keys`, under which the aggregate of their signatures of one message verifies; `nil` when
    /// there are none or their sum is infinity.
    public init?(aggregating keys: [PublicKey]) {
        self.init(sum: BLS.sum(keys))
    }
}
