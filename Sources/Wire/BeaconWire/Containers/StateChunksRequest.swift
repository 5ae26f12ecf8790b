public import BeaconTypes
public import Primitives
public import SSZ

/// A question for some chunks of the state after a finalised block.
public struct StateChunksRequest: Hashable, Sendable {
    /// Bytes of its SSZ.
    public static let size = 48

    /// The block after which the state is.
    public var blockRoot: Root = .zero
    /// Its first chunk is 0.
    public var firstChunk: UInt64 = 0
    public var count: UInt64 = 0

    public init() {}

    public init(blockRoot: Root, firstChunk: UInt64, count: UInt64) {
        (self.blockRoot, self.firstChunk, self.count) = (blockRoot, firstChunk, count)
    }

    /// The chunks, no more than one request may ask for; `nil` where there are none, or none that a state has.
    public var chunks: Range<Int>? {
        guard count > 0, firstChunk < UInt64(StateChunk.maximumChunks) else { return nil }
        let first = Int(firstChunk)
        return first..<first + Int(min(count, UInt64(RequestLimit.maximumStateChunks)))
    }
}

extension StateChunksRequest: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("block_root", &blockRoot)
        try visitor.visit("first_chunk", &firstChunk)
        try visitor.visit("count", &count)
    }
}
