import Foundation
import MessagePack
public import RSASignatures

/// A record with the mark of its owner: where key or subkey contain `[owner:ssh-rsa …]`, the value must end in the owner's
/// `[signature:…]` of the record without it (Hivemind's `RSASignatureValidator`).
public struct OwnedRecord: Equatable, Sendable {
    private static let ownerMark = Array("[owner:".utf8)
    private static let signatureMark = Array("[signature:".utf8)

    /// 20 bytes.
    public var key: [UInt8]
    /// MessagePack, or `StoreRequest.noSubkey`.
    public var subkey: [UInt8]
    public var value: [UInt8]
    public var expiration: Double

    public init(key: DHTID, subkey: [UInt8], value: [UInt8], expiration: Double) {
        (self.key, self.subkey, self.value, self.expiration) = (key.bytes, subkey, value, expiration)
    }

    /// Whether an owner is named.
    public var hasOwner: Bool { !Self.ranges(of: Self.ownerMark, in: key).isEmpty || !Self.ranges(of: Self.ownerMark, in: subkey).isEmpty }

    /// Throws where an owner is named and did not sign.
    public func validate() throws(HivemindError) {
        let owners = Self.contents(of: Self.ownerMark, in: key) + Self.contents(of: Self.ownerMark, in: subkey)
        guard let owner = owners.first else { return }
        guard owners.allSatisfy({ $0 == owner }) else { throw .severalOwners }
        let signatures = Self.contents(of: Self.signatureMark, in: value)
        guard signatures.count == 1, let signature = Data(base64Encoded: Data(signatures[0])) else { throw .unsigned }
        let publicKey: RSAVerificationKey
        do { publicKey = try RSAVerificationKey(text: Array(owner)) } catch { throw .ownerKey(error) }
        guard publicKey.verify(Array(signature), of: signedBytes) else { throw .badSignature }
    }

    /// The record signed, where `key` is its owner's; as it is, where not.
    public func signed(by key: RSASigningKey) throws(RSAKeyError) -> OwnedRecord {
        let mark = Self.ownerMark + Array(key.publicKey.text.utf8) + [UInt8(ascii: "]")]
        guard self.key.contains(mark) || subkey.contains(mark) else { return self }
        var record = self
        let signature = try key.sign(Self.serialise(self.key, subkey, value, expiration))
        record.value += Self.signatureMark + Array(Data(signature).base64EncodedString().utf8) + [UInt8(ascii: "]")]
        return record
    }

    /// What an owner writes into a subkey so that nobody else may change the entry.
    public static func owner(_ key: RSAVerificationKey) -> [UInt8] { ownerMark + Array(key.text.utf8) + [UInt8(ascii: "]")] }

    /// The value without signatures.
    public static func strip(_ value: [UInt8]) -> [UInt8] {
        var (stripped, start) = ([UInt8](), value.startIndex)
        for range in ranges(of: signatureMark, in: value) {
            stripped += value[start..<range.lowerBound]
            start = range.upperBound
        }
        return stripped + value[start...]
    }

    /// What the owner signs: the record without its signature as a tuple.
    var signedBytes: [UInt8] { Self.serialise(key, subkey, Self.strip(value), expiration) }

    private static func serialise(_ key: [UInt8], _ subkey: [UInt8], _ value: [UInt8], _ expiration: Double) -> [UInt8] {
        MessagePackValue.tuple([.binary(key), .binary(subkey), .binary(value), .float(expiration)]).bytes
    }

    private static func contents(of mark: [UInt8], in bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        ranges(of: mark, in: bytes).map { bytes[($0.lowerBound + mark.count)..<($0.upperBound - 1)] }
    }

    /// Where Python's `mark(.+?)\]` finds its matches: at least one byte up to the next bracket, none of them a line feed. Each
    /// byte is looked at a fixed number of times, whatever they are.
    private static func ranges(of mark: [UInt8], in bytes: [UInt8]) -> [Range<Int>] {
        var (found, position) = ([Range<Int>](), 0)
        while position + mark.count < bytes.count {
            guard bytes[position] == mark[0], bytes[position...].starts(with: mark) else {
                position += 1
                continue
            }
            let start = position + mark.count
            let stop = bytes[start...].indices.first { bytes[$0] == 0x0a || $0 > start && bytes[$0] == UInt8(ascii: "]") }
            // Without a bracket in this line, no mark in the rest of it has one either.
            guard let stop else { break }
            if bytes[stop] != 0x0a { found.append(position..<stop + 1) }
            position = stop + 1
        }
        return found
    }
}
