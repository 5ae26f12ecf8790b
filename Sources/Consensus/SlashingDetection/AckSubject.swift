public import BeaconTypes
public import Primitives

/// What an ACK vote is about. Two votes of one validator on one subject must say the same.
public struct AckSubject: Hashable, Sendable {
    public let slot: Slot
    public let anchorRoot: Root
    public let updateID: Bytes32

    public init(_ ack: UpdateAck) {
        slot = ack.slot
        anchorRoot = ack.anchorRoot
        updateID = ack.updateId
    }
}
