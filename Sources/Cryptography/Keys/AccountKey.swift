import Crypto
public import Primitives
public import Secp256k1

/// A key of the tree that BIP-32 grows from a seed; accounts of the execution layer stand in it by BIP-44.
struct AccountKey {
    let key: Secp256k1PrivateKey
    private let chainCode: [UInt8]

    /// The root of `seed`'s tree.
    ///
    /// - Throws: `Secp256k1Error.invalidPrivateKey`, for one seed in 2^127.
    init(seed: [UInt8]) throws(Secp256k1Error) {
        let digest = Self.hmac(Array("Bitcoin seed".utf8), seed)
        key = try Secp256k1PrivateKey(Hash32(digest[..<32]) ?? .zero)
        chainCode = Array(digest[32...])
    }

    private init(key: Secp256k1PrivateKey, chainCode: [UInt8]) {
        self.key = key
        self.chainCode = chainCode
    }

    /// `CKDpriv`.
    ///
    /// - Parameter isHardened: the child cannot be found from public keys (written with an apostrophe).
    func child(_ index: UInt32, isHardened: Bool = false) throws(Secp256k1Error) -> AccountKey {
        let number = isHardened ? index | 1 << 31 : index
        let parent = isHardened ? [0] + key.secretBytes.bytes : key.publicKey.compressed
        let digest = Self.hmac(chainCode, parent + number.bigEndianBytes)
        return AccountKey(key: try key.adding(Hash32(digest[..<32]) ?? .zero), chainCode: Array(digest[32...]))
    }

    private static func hmac(_ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA512>.authenticationCode(for: message, using: SymmetricKey(data: key)))
    }
}

extension GenesisSeed {
    /// An account of the execution layer that grows from this seed: `m/44'/60'/0'/0/index` (BIP-32, BIP-44), the seed's 32 bytes
    /// being BIP-32's. The founder's is the first.
    ///
    /// - Throws: `Secp256k1Error.invalidPrivateKey`, for one path in 2^127.
    public func accountKey(_ index: UInt32 = 0) throws(Secp256k1Error) -> Secp256k1PrivateKey {
        try accountRoot().child(44, isHardened: true).child(60, isHardened: true).child(0, isHardened: true).child(0).child(index).key
    }
}
