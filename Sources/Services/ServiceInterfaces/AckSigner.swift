public import BeaconTypes

/// Signs ACK votes with this node's validator keys. Each signature is recorded on disk before it is made.
public protocol AckSigner: Sendable {
    /// Registry indices of the keys that this signer holds, among `members`, in that order.
    func signers(among members: [ValidatorIndex]) async -> [ValidatorIndex]
    /// `ack` signed by `validator`.
    ///
    /// - Throws: when the key is not held, or the validator already voted otherwise on the same update.
    func sign(_ ack: UpdateAck, validator: ValidatorIndex) async throws -> SignedUpdateAck
}
