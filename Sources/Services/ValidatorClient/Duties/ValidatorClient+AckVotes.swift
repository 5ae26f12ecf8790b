import AckQuorum
import BLS
public import BeaconTypes
import Primitives
public import ServiceInterfaces
import StateTransition

extension ValidatorClient: AckSigner {
    public func signers(among members: [ValidatorIndex]) async -> [ValidatorIndex] {
        let ours = Set((try? await signingIndices()) ?? [])
        return members.filter(ours.contains)
    }

    public func sign(_ ack: UpdateAck, validator: ValidatorIndex) async throws -> SignedUpdateAck {
        guard let publicKey = try await resolvedIndices().first(where: { $0.value == validator })?.key else {
            throw ValidatorClientError.notInRegistry(validator)
        }
        let root = updateAckSigningRoot(
            ack, domain: try await domain(Constant.domainUpdateAck, epoch: epoch(of: ack.slot)), spec: node.spec)
        let signature = try signAck(ack, root: root, by: publicKey)
        figures.acks += 1
        return SignedUpdateAck(message: ack, validatorIndex: validator, signature: signature)
    }
}
