public import Primitives
public import SSZ

/// `AckQuorumSlashing`: evidence that a proposer signed a block with an update that its certificate does not carry. Part of the `pol` fork.
public struct AckQuorumSlashing: Hashable, Sendable {
    public var signedHeader = SignedBeaconBlockHeader()
    public var extraData: [UInt8] = []
    /// From `extra_data`'s root to the header's `body_root`.
    public var extraDataBranch: SSZVector<Bytes32> = []
    public var ackCertificate = AckCertificate()
    /// From the certificate's root to the header's `body_root`.
    public var ackCertificateBranch: SSZVector<Bytes32> = []

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(
        signedHeader: SignedBeaconBlockHeader, extraData: [UInt8], extraDataBranch: SSZVector<Bytes32>,
        ackCertificate: AckCertificate, ackCertificateBranch: SSZVector<Bytes32>
    ) {
        self.signedHeader = signedHeader
        self.extraData = extraData
        self.extraDataBranch = extraDataBranch
        self.ackCertificate = ackCertificate
        self.ackCertificateBranch = ackCertificateBranch
    }
}

extension AckQuorumSlashing: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("signed_header", &signedHeader, spec)
        try visitor.visit("extra_data", &extraData, .limit(spec.preset.maxExtraDataBytes))
        try visitor.visit("extra_data_branch", &extraDataBranch, .length(Constant.extraDataBranchDepth))
        try visitor.visit("ack_certificate", &ackCertificate, spec)
        try visitor.visit("ack_certificate_branch", &ackCertificateBranch, .length(Constant.ackCertificateBranchDepth))
    }
}
