public import Primitives
public import SSZ

/// `GateLosses`: every loss that the gate measured for a candidate, as four roots. Part of the `pol` fork.
///
/// Its root is what a vote's inner signature covers beside the ack. Each part is the root of the FP64 bit patterns of the sums of
/// the texts' losses (`LossReport.lossesRoot`).
public struct GateLosses: Hashable, Sendable {
    /// With the parent adapter.
    public var beforeRoot: Bytes32 = .zero
    /// With the update applied.
    public var afterRoot: Bytes32 = .zero
    /// Of the guard slice with the parent adapter: the task's sentences, then the general ones; zero where there is no slice.
    public var sliceBeforeRoot: Bytes32 = .zero
    /// Of the same with the update applied.
    public var sliceAfterRoot: Bytes32 = .zero

    /// All fields zero.
    public init() {}

    /// One value per field.
    public init(beforeRoot: Bytes32, afterRoot: Bytes32, sliceBeforeRoot: Bytes32 = .zero, sliceAfterRoot: Bytes32 = .zero) {
        self.beforeRoot = beforeRoot
        self.afterRoot = afterRoot
        self.sliceBeforeRoot = sliceBeforeRoot
        self.sliceAfterRoot = sliceAfterRoot
    }
}

extension GateLosses: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("before_root", &beforeRoot)
        try visitor.visit("after_root", &afterRoot)
        try visitor.visit("slice_before_root", &sliceBeforeRoot)
        try visitor.visit("slice_after_root", &sliceAfterRoot)
    }
}
