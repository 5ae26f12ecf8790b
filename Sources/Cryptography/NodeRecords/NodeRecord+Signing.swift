import Primitives
import RLP
public import Secp256k1

extension NodeRecord {
    /// A record with these entries, and with `id` and `secp256k1` of `key`.
    ///
    /// - Throws: `.tooLarge` where it has more than 300 bytes.
    public init(_ entries: NodeRecordEntries, sequence: UInt64, signedBy key: Secp256k1PrivateKey) throws(NodeRecordError) {
        var entries = entries
        entries[bytes: "id"] = Self.scheme
        entries[bytes: "secp256k1"] = key.publicKey.compressed
        let signature = key.sign(Keccak256.hash(Self.content(sequence: sequence, entries)))
        let encoded = RLPEncoder.list { list in
            list.append(bytes: signature.compact)
            list.append(sequence)
            entries.append(to: &list)
        }
        try self.init(encoded: encoded)
    }
}
