public import BeaconTypes

/// Signs ACK votes with this node's validator keys. Each signature is recorded on disk before it is made.
public protocol AckSigner: Sendable {
    /// Registry indices of the keys that this signer holds, among `members`, in that order.
    func signers(among members: [ValidatorIndex]) async -> [ValidatorIndex]
    /// `validator`'s vote for `statement`, signed twice.
    ///
    /// - Throws: when the key is not held, or the validator already voted otherwise on the same update.
    func sign(_ statement: AckStatement, validator: ValidatorIndex) async throws -> SignedUpdateAck
}
