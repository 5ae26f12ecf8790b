public import BeaconTypes
public import Primitives
public import SSZ

/// `MetaData`, version 2: the subnets that a node serves (altair p2p-interface).
public struct MetaData: Hashable, Sendable {
    /// Bytes of its SSZ.
    public static let size = 17
    /// `ATTESTATION_SUBNET_COUNT` of every network.
    public static let attestationSubnets = 64

    /// Larger after each change.
    public var sequenceNumber: UInt64 = 0
    public var attnets = Bitvector(count: MetaData.attestationSubnets)
    public var syncnets = Bitvector(count: Int(Constant.syncCommitteeSubnetCount))

    /// No subnets.
    public init() {}

    /// One value per field.
    public init(sequenceNumber: UInt64, attnets: Bitvector, syncnets: Bitvector) {
        (self.sequenceNumber, self.attnets, self.syncnets) = (sequenceNumber, attnets, syncnets)
    }

    /// What this node says of itself: it takes part in every subnet, and always will.
    public static let own = MetaData(
        sequenceNumber: 1, attnets: Bitvector((0..<attestationSubnets).map { _ in true }),
        syncnets: Bitvector((0..<Constant.syncCommitteeSubnetCount).map { _ in true }))
}

extension MetaData: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("seq_number", &sequenceNumber)
        try visitor.visit("attnets", &attnets, .length(UInt64(MetaData.attestationSubnets)))
        try visitor.visit("syncnets", &syncnets, .length(UInt64(Constant.syncCommitteeSubnetCount)))
    }
}
