public import BLS
import Primitives
public import Secp256k1

/// GENESIS_SEED: 32 bytes from which a node's validator keys grow (EIP-2333, EIP-2334). A private key: it
/// never shows in descriptions, mirrors, dumps or errors.
public struct GenesisSeed: Sendable, Equatable {
    private let bytes: [UInt8]

    /// Parses exactly 64 hexadecimal characters in any letter case, without a prefix.
    ///
    /// - Throws: `KeysError.genesisSeedLength` or `.genesisSeedCharacter`.
    public init(_ text: String) throws(KeysError) {
        guard text.count == 64 else { throw .genesisSeedLength(text.count) }
        if let index = text.enumerated().first(where: { !$0.element.isASCII || !$0.element.isHexDigit })?.offset {
            throw .genesisSeedCharacter(position: index + 1)
        }
        guard let bytes = try? [UInt8](hex: text), bytes.count == 32 else { throw .genesisSeedLength(text.count) }
        self.bytes = bytes
    }

    private init(known bytes: [UInt8]) { self.bytes = bytes }

    /// The seed printed in the sample `.env`, for devnets only.
    public static let sample = GenesisSeed(known: sampleBytes)

    /// Whether this is the seed printed in the sample `.env`, which everybody knows: fit for devnets only.
    public var isSample: Bool { bytes == Self.sampleBytes }

    /// The root of this seed's keys.
    public var masterKey: SecretKey {
        do {
            return try SecretKey.master(seed: bytes)
        } catch {
            preconditionFailure("a genesis seed always has 32 bytes")
        }
    }

    /// The key with which validator `index` of this seed signs: `m/12381/3600/index/0/0`.
    public func signingKey(validator index: UInt32) -> SecretKey {
        masterKey.descendant(.signing(validator: index))
    }

    /// The root of this seed's accounts (BIP-32).
    func accountRoot() throws(Secp256k1Error) -> AccountKey { try AccountKey(seed: bytes) }

    private static let sampleBytes: [UInt8] = (0..<4).flatMap { _ in [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef] as [UInt8] }
}

extension GenesisSeed: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "GenesisSeed(redacted)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
