import TestSupport
import AckVoteService
import AckQuorum
import BLS
import BeaconTypes
import Foundation
import KeyValueStore
import Logging
import PolTestChain
import Primitives
import ServiceInterfaces
import StateTransition
import Synchronization

@testable import ValidatorClient

let quiet = Logger(label: "ack vote service test") { _ in SwiftLogNoOpLogHandler() }

/// Signs for the given validators of the chain, and counts.
actor LocalSigner: AckSigner {
    let chain: TestChain
    let held: Set<ValidatorIndex>
    private(set) var signed = 0

    init(_ chain: TestChain, held: Set<ValidatorIndex>) {
        self.chain = chain
        self.held = held
    }

    func signers(among members: [ValidatorIndex]) -> [ValidatorIndex] { members.filter(held.contains) }

    func sign(_ statement: AckStatement, validator: ValidatorIndex) throws -> SignedUpdateAck {
        signed += 1
        return try chain.vote(validator, statement.ack, losses: statement.lossesRoot)
    }
}

/// A node at slot 6 of a chain of five validators, with its service.
final class Bench: Sendable {
    let chain: TestChain
    let node: FixtureNode
    let local: LocalSigner
    let service: AckVoteService
    let time: TurnedTime
    private let folder = TemporaryFolder()

    init(local held: Set<ValidatorIndex> = [], patience: Duration = .seconds(30), limits: AckVoteService.Limits = .init()) throws {
        chain = try TestChain(count: 5, slot: 6)
        let time = TurnedTime(Double(TestChain.genesisTime + 12 * 6 + 1))
        self.time = time
        node = FixtureNode(chain, now: { time.now })
        local = LocalSigner(chain, held: held)
        service = AckVoteService(local: local, chain: node, patience: patience, limits: limits, logger: quiet)
    }

    /// The committee of slot 3.
    func members() async throws -> [ValidatorIndex] { try await node.ackCommittee(slot: 3).context.members }

    func isSigned(_ vote: SignedUpdateAck) async throws -> Bool {
        let context = try await node.ackCommittee(slot: vote.message.slot).context
        return context.members.firstIndex(of: vote.validatorIndex).map { context.verify(vote, seat: $0) } ?? false
    }

    /// A validator client with the keys of the given validators and a protection database of its own.
    func client(_ validators: [ValidatorIndex]) throws -> ValidatorClient {
        let store = try KeyValueStore(directory: folder.path("\(validators)"), tables: ProtectionDatabase.tables)
        return ValidatorClient(
            node: node, ackVoting: AckVoting(ackRequests: service, committees: node),
            keys: ValidatorKeys(validators.map { chain.secrets[Int($0)] }),
            protection: try ProtectionDatabase(store, genesisValidatorsRoot: node.genesisValidatorsRoot), feeRecipient: .zero,
            graffiti: .zero, logger: quiet)
    }

    /// Returns once `count` requests wait.
    func waitForRequests(_ count: Int) async throws {
        while try await service.requests(after: 0, patience: .zero).count < count { await Task.yield() }
    }
}

extension ValidatorClient {
    func hold(_ key: BLSPubkey) { held[key] = .doppelganger(epoch: 5) }
    var signedAcks: UInt64 { figures.acks }
}
