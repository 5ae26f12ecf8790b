import Primitives

/// The stored form: a format byte, the bounds, then blocks, attestations and ACKs, each behind their number. All
/// numbers are eight bytes, most significant first; whatever may be absent stands behind a byte 0 or 1.
extension ValidatorHistory {
    private static let format: UInt8 = 1

    /// The history as bytes for a store.
    public var bytes: [UInt8] {
        var writer = HistoryWriter()
        writer.output.append(Self.format)
        for bound in [bounds.slot, bounds.sourceEpoch, bounds.targetEpoch, bounds.ackSlot] { writer.write(bound) { $0.write($1) } }
        writer.write(UInt64(blocks.count))
        for block in blocks {
            writer.write(block.slot)
            writer.write(block.signingRoot) { $0.write($1) }
        }
        writer.write(UInt64(attestations.count))
        for attestation in attestations {
            writer.write(attestation.sourceEpoch)
            writer.write(attestation.targetEpoch)
            writer.write(attestation.signingRoot) { $0.write($1) }
        }
        writer.write(UInt64(acks.count))
        for (subject, root) in acks.sorted(by: {
            ($0.key.slot, $0.key.updateID, $0.key.anchorRoot) < ($1.key.slot, $1.key.updateID, $1.key.anchorRoot)
        }) {
            writer.write(subject.slot)
            writer.write(subject.anchorRoot)
            writer.write(subject.updateID)
            writer.write(root)
        }
        return writer.output
    }

    /// Reads what `bytes` wrote.
    ///
    /// - Throws: `SlashingProtectionError.corruptHistory`.
    public init(bytes: [UInt8]) throws(SlashingProtectionError) {
        var reader = HistoryReader(rest: bytes[...])
        guard try reader.byte() == Self.format else { throw .corruptHistory("unknown format") }
        var bounds = Bounds()
        bounds.slot = try reader.optional { reader throws(SlashingProtectionError) in try reader.integer() }
        bounds.sourceEpoch = try reader.optional { reader throws(SlashingProtectionError) in try reader.integer() }
        bounds.targetEpoch = try reader.optional { reader throws(SlashingProtectionError) in try reader.integer() }
        bounds.ackSlot = try reader.optional { reader throws(SlashingProtectionError) in try reader.integer() }
        var blocks: [SignedBlockRecord] = []
        for _ in 0..<(try reader.count(itemSize: 9)) {
            let slot = try reader.integer()
            let root = try reader.optional { reader throws(SlashingProtectionError) in try reader.hash() }
            blocks.append(SignedBlockRecord(slot: slot, signingRoot: root))
        }
        var attestations: [SignedAttestationRecord] = []
        for _ in 0..<(try reader.count(itemSize: 17)) {
            let (source, target) = (try reader.integer(), try reader.integer())
            let root = try reader.optional { reader throws(SlashingProtectionError) in try reader.hash() }
            attestations.append(SignedAttestationRecord(sourceEpoch: source, targetEpoch: target, signingRoot: root))
        }
        var acks: [AckSubject: Hash32] = [:]
        for _ in 0..<(try reader.count(itemSize: 104)) {
            let slot = try reader.integer()
            let subject = AckSubject(slot: slot, anchorRoot: try reader.hash(), updateID: try reader.hash())
            acks[subject] = try reader.hash()
        }
        guard reader.rest.isEmpty else { throw .corruptHistory("\(reader.rest.count) bytes too many") }
        self.init(blocks: blocks, attestations: attestations, acks: acks, bounds: bounds)
    }
}

private struct HistoryWriter {
    var output: [UInt8] = []

    mutating func write(_ value: UInt64) {
        output.append(bigEndian: value)
    }

    mutating func write(_ hash: Hash32) { output += hash.bytes }

    mutating func write<T>(_ value: T?, _ body: (inout Self, T) -> Void) {
        output.append(value == nil ? 0 : 1)
        if let value { body(&self, value) }
    }
}

private struct HistoryReader {
    var rest: ArraySlice<UInt8>

    mutating func take(_ count: Int) throws(SlashingProtectionError) -> ArraySlice<UInt8> {
        guard rest.count >= count else { throw .corruptHistory("it ends in the middle") }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func byte() throws(SlashingProtectionError) -> UInt8 { try take(1).first ?? 0 }

    mutating func integer() throws(SlashingProtectionError) -> UInt64 { UInt64(bigEndianBytes: try take(8)) ?? 0 }

    mutating func hash() throws(SlashingProtectionError) -> Hash32 { Hash32(try take(32)) ?? .zero }

    /// A number of items that the rest can hold at all.
    mutating func count(itemSize: Int) throws(SlashingProtectionError) -> Int {
        let count = try integer()
        guard count <= UInt64(rest.count / itemSize) else { throw .corruptHistory("it ends in the middle") }
        return Int(count)
    }

    mutating func optional<T>(
        _ body: (inout Self) throws(SlashingProtectionError) -> T
    ) throws(SlashingProtectionError) -> T? {
        switch try byte() {
        case 0: nil
        case 1: try body(&self)
        case let other: throw .corruptHistory("flag \(other)")
        }
    }
}
