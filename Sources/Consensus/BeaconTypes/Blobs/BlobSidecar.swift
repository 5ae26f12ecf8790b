public import Primitives
public import SSZ

/// `BlobSidecar`: a blob with its commitment's proofs (deneb `p2p-interface.md`). Blobs are off; it exists for the official vectors.
public struct BlobSidecar: Hashable, Sendable {
    public var index: BlobIndex = 0
    public var blob: SSZVector<UInt8> = []
    public var kzgCommitment = KZGCommitment()
    public var kzgProof = KZGProof()
    public var signedBlockHeader = SignedBeaconBlockHeader()
    public var kzgCommitmentInclusionProof: SSZVector<Bytes32> = []

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(
        index: BlobIndex, blob: SSZVector<UInt8>, kzgCommitment: KZGCommitment, kzgProof: KZGProof,
        signedBlockHeader: SignedBeaconBlockHeader, kzgCommitmentInclusionProof: SSZVector<Bytes32>
    ) {
        self.index = index
        self.blob = blob
        self.kzgCommitment = kzgCommitment
        self.kzgProof = kzgProof
        self.signedBlockHeader = signedBlockHeader
        self.kzgCommitmentInclusionProof = kzgCommitmentInclusionProof
    }
}

extension BlobSidecar: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("index", &index)
        try visitor.visit("blob", &blob, .length(Constant.bytesPerFieldElement * spec.preset.fieldElementsPerBlob))
        try visitor.visit("kzg_commitment", &kzgCommitment)
        try visitor.visit("kzg_proof", &kzgProof)
        try visitor.visit("signed_block_header", &signedBlockHeader, spec)
        try visitor.visit(
            "kzg_commitment_inclusion_proof", &kzgCommitmentInclusionProof, .length(spec.preset.kzgCommitmentInclusionProofDepth))
    }
}
