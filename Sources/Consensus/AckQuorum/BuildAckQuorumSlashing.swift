public import BeaconTypes
import EngineTypes
import Primitives
public import SSZ

extension AckQuorumSlashing {
    /// The evidence that the signer of `block` claimed an update: its header, its `extra_data` and its certificate, with
    /// the Merkle branches that tie both to the header (docs/protocol.md#process_ack_quorum_slashing).
    ///
    /// Whether the certificate is at fault is for the state transition to say.
    public init(accusing block: SignedBeaconBlock, spec: BeaconSpec) throws(SSZError) {
        let body = block.message.body
        let extraData = try body.merkleBranch(generalizedIndex: Constant.extraDataGindex, spec)
        let certificate = try body.merkleBranch(generalizedIndex: Constant.ackCertificateGindex, spec)
        self.init(
            signedHeader: block.signedHeader(spec), extraData: body.executionPayload.extraData,
            extraDataBranch: SSZVector(extraData.siblings), ackCertificate: body.ackCertificate,
            ackCertificateBranch: SSZVector(certificate.siblings))
    }
}

extension SignedBeaconBlock {
    /// The header that stands for this block, under the same signature.
    public func signedHeader(_ spec: BeaconSpec) -> SignedBeaconBlockHeader {
        SignedBeaconBlockHeader(
            message: BeaconBlockHeader(
                slot: message.slot, proposerIndex: message.proposerIndex, parentRoot: message.parentRoot,
                stateRoot: message.stateRoot, bodyRoot: message.body.hashTreeRoot(spec)),
            signature: signature)
    }
}
