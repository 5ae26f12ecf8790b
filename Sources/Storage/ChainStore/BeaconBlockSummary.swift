public import Primitives

/// What is asked of a beacon block again and again, kept beside it so that the block need not be decoded.
public struct BeaconBlockSummary: Hashable, Sendable {
    public var slot: UInt64
    public var parentRoot: Hash32
    /// The root of the block's post-state.
    public var stateRoot: Hash32
    /// The hash of the execution block that it carries.
    public var executionHash: Hash32

    public init(slot: UInt64, parentRoot: Hash32, stateRoot: Hash32, executionHash: Hash32) {
        self.slot = slot
        self.parentRoot = parentRoot
        self.stateRoot = stateRoot
        self.executionHash = executionHash
    }

    /// Slot as 8 big-endian bytes, then the three hashes: 104 bytes.
    var encoded: [UInt8] {
        slot.bigEndianBytes + parentRoot.bytes + stateRoot.bytes + executionHash.bytes
    }

    init?(encoded: [UInt8]) {
        guard encoded.count == 104, let parentRoot = Hash32(encoded[8..<40]), let stateRoot = Hash32(encoded[40..<72]),
            let executionHash = Hash32(encoded[72..<104]), let slot = encoded.bigEndian(UInt64.self, at: 0)
        else { return nil }
        self.init(slot: slot, parentRoot: parentRoot, stateRoot: stateRoot, executionHash: executionHash)
    }
}
