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

    public func sign(_ statement: AckStatement, validator: ValidatorIndex) async throws -> SignedUpdateAck {
        guard let publicKey = try await resolvedIndices().first(where: { $0.value == validator })?.key else {
            throw ValidatorClientError.notInRegistry(validator)
        }
        let domain = try await domain(Constant.domainUpdateAck, epoch: epoch(of: statement.ack.slot))
        let vote = try signAck(
            statement, UpdateAckSigning(domain: domain, spec: node.spec), validator: validator, by: publicKey)
        figures.acks += 1
        return vote
    }
}
