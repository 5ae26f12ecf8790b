public import Primitives
public import SSZ

/// `CandidateInput`: a trainer's update file and who is paid for it. Part of the `pol` fork.
public struct CandidateInput: Hashable, Sendable {
    /// SHA-256 of the update file.
    public var fileHash: Bytes32 = .zero
    public var rewardAddress: ExecutionAddress = .zero

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(fileHash: Bytes32, rewardAddress: ExecutionAddress) {
        self.fileHash = fileHash
        self.rewardAddress = rewardAddress
    }
}

extension CandidateInput: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("file_hash", &fileHash)
        try visitor.visit("reward_address", &rewardAddress)
    }
}
