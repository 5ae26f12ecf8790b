/// A path through the tree of keys, such as `m/12381/3600/0/0/0` (EIP-2334).
public struct DerivationPath: Hashable, Sendable {
    /// The child numbers below the master key.
    public let indices: [UInt32]

    public init(indices: [UInt32]) { self.indices = indices }

    /// Parses `m` followed by `/` and a decimal number below 2³² for each level. EIP-2333 has no hardened
    /// keys, so an apostrophe is refused.
    ///
    /// - Throws: `KeysError.invalidPath`.
    public init(_ text: String) throws(KeysError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.first == "m" else { throw .invalidPath(text) }
        var indices: [UInt32] = []
        for part in parts.dropFirst() {
            guard !part.isEmpty, part.utf8.allSatisfy({ (48...57).contains($0) }), part == "0" || part.first != "0",
                let index = UInt32(part)
            else { throw .invalidPath(text) }
            indices.append(index)
        }
        self.indices = indices
    }

    /// The key with which a validator signs: `m/12381/3600/validator/0/0`.
    public static func signing(validator: UInt32) -> DerivationPath { Self(indices: [12381, 3600, validator, 0, 0]) }

    /// The key that owns a validator's stake: `m/12381/3600/validator/0`.
    public static func withdrawal(validator: UInt32) -> DerivationPath { Self(indices: [12381, 3600, validator, 0]) }
}

extension DerivationPath: CustomStringConvertible {
    public var description: String { (["m"] + indices.map { String($0) }).joined(separator: "/") }
}
