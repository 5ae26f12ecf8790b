import BeaconTypes
import Foundation
import GRPCCore
import PolTestChain
import Primitives
import SSZ
import ServiceInterfaces
import AckQuorum
import SlashingDetection
import SwiftProtobuf
import Testing

@testable import PrysmRPC

private typealias Method = Ethereum_Slashing_Slasher.Method

/// A slasher that answers what it was shown last.
private actor FixtureSlasher: SlasherService {
    struct Refused: Error {}
    private(set) var submitted: [SlashingEvidence] = []

    func attesterSlashings(_ attestation: IndexedAttestation) throws -> [AttesterSlashing] {
        guard !attestation.attestingIndices.isEmpty else { throw Refused() }
        return [AttesterSlashing(attestation1: attestation, attestation2: attestation)]
    }
    func isSlashable(_ attestation: IndexedAttestation) -> Bool { attestation.data.target.epoch == 2 }
    func proposerSlashings(_ header: SignedBeaconBlockHeader) -> [ProposerSlashing] {
        [ProposerSlashing(signedHeader1: header, signedHeader2: header)]
    }
    func isSlashable(_ header: BeaconBlockHeader) -> Bool { header.slot == 6 }
    func highestAttestations(_ validators: [ValidatorIndex]) -> [HighestAttestation] {
        validators.filter { $0 < 3 }.map { HighestAttestation(validatorIndex: $0, source: 4, target: 5) }
    }
    func ackContradictions(_ vote: SignedUpdateAck) -> [AckContradiction] { [AckContradiction(vote: vote, other: AckAggregate())] }
    func ackQuorumSlashing(_ block: SignedBeaconBlock) -> AckQuorumSlashing? { nil }
    func submit(_ evidence: SlashingEvidence) { submitted.append(evidence) }
    func evidence() -> AsyncStream<SlashingEvidence> { AsyncStream { $0.finish() } }
}

@Suite struct SlasherDoorTests {
    let chain: TestChain
    private let slasher = FixtureSlasher()

    init() throws { chain = try TestChain(count: 4, slot: 6) }

    private func call<R: Sendable>(_ body: @escaping @Sendable (Caller) async throws -> R) async throws -> R {
        let node = FixtureNode(chain)
        return try await Caller.with(
            { address, onListening in
                PrysmRPC.slasherDoor(slasher: slasher, chain: node, address: address, logger: quiet, onListening: onListening)
            }, body)
    }

    /// Attestations and headers arrive, and come back, bit for bit.
    @Test func messagesKeepTheirMeaning() async throws {
        let vote = try chain.attestation([1, 3])
        let header = try chain.block(slot: 6).signedHeader(.pol)
        try await call { caller in
            let votes: Ethereum_Slashing_AttesterSlashingResponse = try await caller.unary(
                Method.IsSlashableAttestation.descriptor, Ethereum_Eth_V1alpha1_IndexedAttestation(vote))
            #expect(try votes.attesterSlashing.first?.value() == AttesterSlashing(attestation1: vote, attestation2: vote))
            let headers: Ethereum_Slashing_ProposerSlashingResponse = try await caller.unary(
                Method.IsSlashableBlock.descriptor, Ethereum_Eth_V1alpha1_SignedBeaconBlockHeader(header))
            #expect(try headers.proposerSlashing.first?.value().signedHeader1 == header)
            var unsigned = Ethereum_Eth_V1alpha1_IndexedAttestation(vote)
            unsigned.signature = Data()
            let slashable: Ethereum_Slashing_Slashable = try await caller.unary(Method.IsSlashableAttestationNoUpdate.descriptor, unsigned)
            #expect(slashable.slashable)
            let other: Ethereum_Slashing_Slashable = try await caller.unary(
                Method.IsSlashableBlockNoUpdate.descriptor, Ethereum_Eth_V1alpha1_BeaconBlockHeader(header.message))
            #expect(other.slashable)
            let highest: Ethereum_Slashing_HighestAttestationResponse = try await caller.unary(
                Method.HighestAttestations.descriptor, Ethereum_Slashing_HighestAttestationRequest.with { $0.validatorIds = [2, 9] })
            #expect(highest.attestations.map(\.validatorID) == [2] && highest.attestations.first?.highestTargetEpoch == 5)
        }
    }

    @Test func ackEvidence() async throws {
        let vote = try chain.vote(2, chain.ack())
        let contradiction = AckContradiction(vote: vote, other: try chain.aggregate([0, 1, 2], chain.ack(after: 2)))
        let block = try chain.block(slot: 6)
        try await call { caller in
            let answers: [(Ethereum_Slashing_AckEvidence, [UInt64])] = [
                (.with { $0.signedUpdateAck = Data(vote.serialize(.pol)) }, [2]),
                (.with { $0.signedBeaconBlock = Data(block.serialize(.pol)) }, []),
                (.with { $0.ackContradiction = Data(contradiction.serialize(.pol)) }, [2]),
            ]
            for (evidence, accused) in answers {
                let answer: Ethereum_Slashing_AckEvidenceResponse = try await caller.unary(Method.SubmitAckEvidence.descriptor, evidence)
                #expect(answer.accused == accused)
            }
            #expect(await slasher.submitted == [.ackContradiction(contradiction)])
            for bad in [
                Ethereum_Slashing_AckEvidence(), .with { $0.signedUpdateAck = Data([1, 2, 3]) }, .with { $0.ackQuorumSlashing = Data() },
            ] {
                let code = await caller.failure {
                    let _: Ethereum_Slashing_AckEvidenceResponse = try await caller.unary(Method.SubmitAckEvidence.descriptor, bad)
                }
                #expect(code == .invalidArgument)
            }
        }
    }

    @Test func malformedMessages() async throws {
        let vote = try chain.attestation([1])
        try await call { caller in
            var bad = Ethereum_Eth_V1alpha1_IndexedAttestation(vote)
            bad.signature.removeLast()
            var rootless = Ethereum_Eth_V1alpha1_IndexedAttestation(vote)
            rootless.data.target.root = Data()
            var empty = Ethereum_Eth_V1alpha1_IndexedAttestation(vote)
            empty.attestingIndices = []
            for message in [bad, rootless, empty, Ethereum_Eth_V1alpha1_IndexedAttestation()] {
                let code = await caller.failure {
                    let _: Ethereum_Slashing_AttesterSlashingResponse = try await caller.unary(
                        Method.IsSlashableAttestation.descriptor, message)
                }
                #expect(code == .invalidArgument)
            }
            // Larger than a door takes.
            var huge = Ethereum_Eth_V1alpha1_IndexedAttestation(vote)
            huge.signature = Data(count: 5 << 20)
            let tooLarge = huge
            let code = await caller.failure {
                let _: Ethereum_Slashing_AttesterSlashingResponse = try await caller.unary(
                    Method.IsSlashableAttestation.descriptor, tooLarge)
            }
            #expect(code != nil)
        }
    }
}
