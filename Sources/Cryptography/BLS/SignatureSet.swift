public import Primitives

/// One claim to check in a batch: `signature` signs `message` under the sum of `publicKeys`.
public struct SignatureSet: Sendable {
    public var publicKeys: [PublicKey]
    public var message: Hash32
    public var signature: Bytes96

    public init(publicKeys: [PublicKey], message: Hash32, signature: Bytes96) {
        self.publicKeys = publicKeys
        self.message = message
        self.signature = signature
    }

    /// A claim with compressed keys, which are validated through the shared memo.
    ///
    /// - Throws: `BLSError.invalidPublicKey` naming the first bad key.
    public init(publicKeys: [Bytes48], message: Hash32, signature: Bytes96) throws(BLSError) {
        var keys: [PublicKey] = []
        keys.reserveCapacity(publicKeys.count)
        for bytes in publicKeys { keys.append(try PublicKeyCache.shared.publicKey(bytes)) }
        self.init(publicKeys: keys, message: message, signature: signature)
    }
}

extension BLS {
    /// Whether every set of the batch holds, in one multi-pairing: about 40 % cheaper than one by one.
    ///
    /// Each set is multiplied by its own 64-bit scalar, so that wrong signatures cannot cancel each other; a
    /// batch that fails to hold passes with probability 2⁻⁶⁴ per set of scalars. No sets hold trivially.
    ///
    /// - Parameter scalars: one non-zero, unpredictable number per set; `nil` derives them from the hash of the
    ///   whole batch, which the author of the sets cannot choose freely either.
    /// - Returns: false too when `scalars` has the wrong count or holds a zero.
    public static func verify(_ sets: [SignatureSet], scalars: [UInt64]? = nil) -> Bool {
        guard !sets.isEmpty else { return true }
        let scalars = scalars ?? derivedScalars(for: sets)
        guard scalars.count == sets.count, !scalars.contains(0) else { return false }
        let pairing = PairingContext()
        for (set, scalar) in zip(sets, scalars) {
            guard let key = PublicKey(aggregating: set.publicKeys), let signature = try? Signature(set.signature),
                pairing.add(key, message: set.message, signature: signature, scalar: scalar)
            else { return false }
        }
        return pairing.verify()
    }

    /// Scalars that nobody knows before the whole batch is fixed: SHA-256 of all sets, then of that and a counter.
    static func derivedScalars(for sets: [SignatureSet]) -> [UInt64] {
        var transcript: [UInt8] = Array("polai/bls/batch".utf8)
        for set in sets {
            transcript.append(littleEndian: UInt64(set.publicKeys.count))
            for key in set.publicKeys { transcript += key.bytes.bytes }
            transcript += set.message.bytes
            transcript += set.signature.bytes
        }
        let seed = SHA256.hash(transcript)
        return sets.indices.map { index in
            let block = SHA256.hash(seed.bytes + UInt64(index).littleEndianBytes)
            let scalar = block.littleEndian(UInt64.self, at: 0)
            return scalar == 0 ? 1 : scalar
        }
    }
}
