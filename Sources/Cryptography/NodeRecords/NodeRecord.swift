public import Primitives
import RLP
public import Secp256k1

/// What a node says of itself, signed by its key (EIP-778, identity scheme `v4`): a value of it is always well signed.
///
/// ```swift
/// let record = try NodeRecord(text: "enr:-IS4Q…")
/// record.udpEndpoint      // where to ask it
/// ```
@dynamicMemberLookup
public struct NodeRecord: Sendable {
    /// The most bytes of RLP that a record may have.
    public static let maximumSize = 300
    static let limits = RLPLimits(maximumSize: maximumSize, maximumDepth: 16)
    static let scheme = Array("v4".utf8)

    /// The RLP form.
    public let encoded: [UInt8]
    /// Grows with each change of the record.
    public let sequence: UInt64
    public let publicKey: Secp256k1PublicKey
    public let entries: NodeRecordEntries
    /// Its place in the tables of discovery: keccak of the key's coordinates.
    public let nodeID: NodeID

    /// Reads the RLP form and checks the signature.
    public init(encoded: [UInt8]) throws(NodeRecordError) {
        guard encoded.count <= Self.maximumSize else { throw .tooLarge(encoded.count) }
        let signature: [UInt8]
        var fields: RLPDecoder
        do throws(RLPError) {
            fields = try RLPDecoder.list(encoded, limits: Self.limits)
            signature = try fields.bytes()
            sequence = try fields.uint64()
        } catch {
            throw .malformed(error)
        }
        let entries = try NodeRecordEntries(&fields)
        guard entries[bytes: "id"] == Self.scheme else { throw .unknownScheme }
        guard let point = entries[bytes: "secp256k1"], point.count == 33, let key = try? Secp256k1PublicKey(point) else {
            throw .badPublicKey
        }
        let content = Self.content(sequence: sequence, entries)
        guard key.verify(compact: signature, of: Keccak256.hash(content)) else { throw .badSignature }
        (self.encoded, self.entries, publicKey, nodeID) = (encoded, entries, key, key.nodeID)
    }

    /// What is signed: `[seq, k, v, …]`.
    static func content(sequence: UInt64, _ entries: NodeRecordEntries) -> [UInt8] {
        RLPEncoder.list { list in
            list.append(sequence)
            entries.append(to: &list)
        }
    }

    public subscript<Value>(dynamicMember path: KeyPath<NodeRecordEntries, Value>) -> Value { entries[keyPath: path] }
}

extension NodeRecord: Hashable {
    public static func == (one: NodeRecord, other: NodeRecord) -> Bool { one.encoded == other.encoded }
    public func hash(into hasher: inout Hasher) { hasher.combine(encoded) }
}
