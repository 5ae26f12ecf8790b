import AckQuorum
import BLS
import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces
import SlashingProtection
import StateTransition

/// All signatures are made here. What could be slashed is on disk before the key is touched.
extension ValidatorClient {
    /// The secret key of a validator that may sign now.
    private func secretKey(of publicKey: BLSPubkey) throws(ValidatorClientError) -> SecretKey {
        if let reason = held[publicKey] { throw .held(publicKey, reason) }
        guard let key = keys[publicKey] else { throw .keyNotHeld(publicKey) }
        return key
    }

    func signBlock(_ root: Root, slot: Slot, by publicKey: BLSPubkey) throws(ValidatorClientError) -> BLSSignature {
        let key = try secretKey(of: publicKey)
        try protection.record(SignedBlockRecord(slot: slot, signingRoot: root), by: publicKey)
        return key.sign(root)
    }

    /// An attestation that one of our validators should sign.
    struct Vote {
        let data: AttestationData
        let root: Root
        let validator: BLSPubkey
    }

    /// Signs the votes of one slot after one write to disk.
    ///
    /// - Returns: for each vote its signature, or the reason why there is none.
    func signVotes(_ votes: [Vote]) throws(ValidatorClientError) -> [Result<BLSSignature, ValidatorClientError>] {
        let keys = votes.map { vote in Result { () throws(ValidatorClientError) in try secretKey(of: vote.validator) } }
        let allowed = zip(votes, keys).filter { (try? $0.1.get()) != nil }.map(\.0)
        var refusals = try protection.record(
            allowed.map { vote in
                (
                    vote.validator,
                    SignedAttestationRecord(
                        sourceEpoch: vote.data.source.epoch, targetEpoch: vote.data.target.epoch, signingRoot: vote.root)
                )
            }
        )[...]
        return zip(votes, keys).map { vote, key in
            key.flatMap { key in
                if let refusal = refusals.popFirst() ?? nil { return .failure(refusal) }
                return .success(key.sign(vote.root))
            }
        }
    }

    /// Signs a vote twice. What is recorded is the statement, its losses included: the outer signature follows from it.
    func signAck(
        _ statement: AckStatement, _ signing: UpdateAckSigning, validator: ValidatorIndex, by publicKey: BLSPubkey
    ) throws(ValidatorClientError) -> SignedUpdateAck {
        let key = try secretKey(of: publicKey)
        let ack = statement.ack
        let subject = AckSubject(slot: ack.slot, anchorRoot: ack.anchorRoot, updateID: ack.updateId)
        try protection.record(ack: subject, signingRoot: signing.statementRoot(statement), by: publicKey)
        return signing.vote(statement, validator: validator) { key.sign($0) }
    }

    /// Signs what nobody can be slashed for: RANDAO reveals, selection proofs, aggregates and sync committee messages.
    func signHarmless<Object: SSZValue>(
        _ object: Object, _ shape: Object.Shape, _ domain: Domain, by publicKey: BLSPubkey
    ) throws(ValidatorClientError) -> BLSSignature {
        try secretKey(of: publicKey).sign(computeSigningRoot(object, domain, shape))
    }

    /// Signs a block root as a sync committee member.
    func signHarmless(root: Root, _ domain: Domain, by publicKey: BLSPubkey) throws(ValidatorClientError) -> BLSSignature {
        try secretKey(of: publicKey).sign(computeSigningRoot(objectRoot: root, domain))
    }
}
