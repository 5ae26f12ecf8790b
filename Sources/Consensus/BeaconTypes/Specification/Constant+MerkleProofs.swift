extension Constant {
    // Generalized indices (altair … electra `light-client/sync-protocol.md`), and the branch lengths that follow from them
    public static let executionPayloadGindex: UInt64 = 25
    public static let finalizedRootGindexElectra: UInt64 = 169
    public static let currentSyncCommitteeGindexElectra: UInt64 = 86
    public static let nextSyncCommitteeGindexElectra: UInt64 = 87
    /// ⌊log2(EXECUTION_PAYLOAD_GINDEX)⌋.
    public static let executionBranchDepth: UInt64 = 4
    /// ⌊log2(FINALIZED_ROOT_GINDEX_ELECTRA)⌋.
    public static let finalityBranchDepth: UInt64 = 7
    /// ⌊log2(CURRENT_SYNC_COMMITTEE_GINDEX_ELECTRA)⌋, the same for the next committee.
    public static let syncCommitteeBranchDepth: UInt64 = 6

    // Evidence of the `pol` fork, in the tree of a block body
    /// `execution_payload.extra_data`.
    public static let extraDataGindex: UInt64 = 810
    /// `ack_certificate`.
    public static let ackCertificateGindex: UInt64 = 29
    /// `learning`, in the tree of a state.
    public static let learningGindex: UInt64 = 101
    public static let extraDataBranchDepth: UInt64 = 9
    public static let ackCertificateBranchDepth: UInt64 = 4
    /// The position of `extra_data` in its row: what `is_valid_merkle_branch` wants.
    public static let extraDataSubtreeIndex: UInt64 = 298
    /// The position of `ack_certificate` in its row.
    public static let ackCertificateSubtreeIndex: UInt64 = 13
}
