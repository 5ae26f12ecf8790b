import AckQuorum
import BeaconTypes
import Logging
import PolTestChain
import Primitives
import SSZ
import ServiceInterfaces
import SlashingDetection
import StateTransition
import Testing

@testable import Slasher

@Suite struct SlasherTests {
    let scratch: ScratchStore
    let chain: TestChain
    let node: FixtureNode
    let slasher: Slasher

    init() throws {
        scratch = try ScratchStore()
        chain = try TestChain(count: 5, slot: 6)
        node = FixtureNode(chain)
        slasher = Slasher(
            chain: node, committees: node, operations: node, topics: nil, store: scratch.store,
            logger: Logger(label: "slasher.test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func attestation(
        _ validators: [ValidatorIndex], source: Epoch = 0, target: Epoch = 2, variant: UInt8 = 0
    ) throws -> IndexedAttestation {
        try chain.attestation(validators, source: source, target: target, variant: variant)
    }

    private func block(slot: Slot = 6, graffiti: UInt8 = 0, updateID: Bytes32 = .zero) throws -> SignedBeaconBlock {
        try chain.block(slot: slot, graffiti: graffiti, updateID: updateID)
    }

    /// Two votes of one target: the evidence is answered, and the pool, which verifies it, takes it.
    @Test func doubleVotesReachThePool() async throws {
        #expect(try await slasher.attesterSlashings(attestation([1, 2])).isEmpty)
        let second = try attestation([2, 3], variant: 1)
        #expect(try await slasher.isSlashable(second))
        let found = try await slasher.attesterSlashings(second)
        #expect(found.count == 1)
        #expect(await node.taken == found.map(SlashingEvidence.attester))
        #expect(try await slasher.highestAttestations([1, 3, 4]).map(\.validatorIndex) == [1, 3])
    }

    @Test func whatDoesNotVerifyIsRefused() async throws {
        var forged = try attestation([1, 2])
        forged.attestingIndices = [1, 3]
        await #expect(throws: SlasherError.self) { try await slasher.attesterSlashings(forged) }
        for indices in [[], [2, 1], [1, 1], [1, 99]] as [[ValidatorIndex]] {
            forged.attestingIndices = indices
            await #expect(throws: SlasherError.self) { try await slasher.attesterSlashings(forged) }
        }
        await #expect(throws: SlasherError.self) { try await slasher.attesterSlashings(attestation([1], target: 7)) }
        await #expect(throws: SlasherError.self) { try await slasher.attesterSlashings(attestation([1], source: 3)) }
        #expect(try await slasher.highestAttestations([1, 2, 3]).isEmpty)
        var header = try block().signedHeader(.pol)
        header.message.proposerIndex = (header.message.proposerIndex + 1) % 5
        await #expect(throws: SlasherError.self) { try await slasher.proposerSlashings(header) }
        header.message.proposerIndex = .max
        await #expect(throws: SlasherError.self) { try await slasher.proposerSlashings(header) }
        #expect(await node.taken.isEmpty)
    }

    @Test func doubleProposals() async throws {
        let first = try block().signedHeader(.pol)
        #expect(try await slasher.proposerSlashings(first).isEmpty)
        #expect(try await slasher.proposerSlashings(first).isEmpty)
        let second = try block(graffiti: 1).signedHeader(.pol)
        #expect(try await slasher.isSlashable(second.message))
        #expect(try await !slasher.isSlashable(first.message))
        #expect(try await slasher.proposerSlashings(second) == [ProposerSlashing(signedHeader1: first, signedHeader2: second)])
        #expect(await node.taken.count == 1)
    }

    @Test func contradictingAcks() async throws {
        let ack = try chain.ack()
        #expect(try await slasher.ackContradictions(chain.vote(2, ack)).isEmpty)
        let found = try await slasher.ackContradictions(chain.vote(2, chain.ack(verdict: .invalid)))
        #expect(found.count == 1)
        #expect(await node.taken == found.map(SlashingEvidence.ackContradiction))
    }

    /// A vote comes once: what comes while nobody names a committee is judged with a later head.
    @Test func acksThatComeBeforeTheHeadIsValidated() async throws {
        await node.set(isOptimistic: true)
        for verdict in [UpdateAckVerdict.valid, .invalid] { try await slasher.take(chain.vote(2, chain.ack(verdict: verdict))) }
        await slasher.judgeKeptAcks()
        #expect(await slasher.unjudged.count == 2)
        #expect(await node.taken.isEmpty)
        await node.set(isOptimistic: false)
        let watching = Task { await slasher.run() }
        defer { watching.cancel() }
        while await node.subscriptions < 2 { await Task.yield() }
        await node.announce(try block(slot: 5))
        while await node.taken.isEmpty { await Task.yield() }
        guard case .ackContradiction(let contradiction)? = await node.taken.first else {
            Issue.record("not the evidence expected")
            return
        }
        #expect(contradiction.vote.validatorIndex == 2)
        #expect(await slasher.unjudged.isEmpty)
    }

    @Test func acksThatCannotBeJudged() async throws {
        var forged = try chain.vote(2, chain.ack())
        forged.validatorIndex = 3
        await #expect(throws: SlasherError.self) { try await slasher.ackContradictions(forged) }
        forged.validatorIndex = 77
        await #expect(throws: SlasherError.self) { try await slasher.ackContradictions(forged) }
        forged.message.verdict = 3
        await #expect(throws: SlasherError.self) { try await slasher.ackContradictions(forged) }
        for slot in [0, 99, UInt64.max] {
            forged = try chain.vote(2, chain.ack())
            forged.message.slot = slot
            await #expect(throws: SlasherError.self) { try await slasher.ackContradictions(forged) }
        }
        var elsewhere = try chain.ack()
        elsewhere.anchorRoot = SHA256.hash([1])
        await #expect(throws: SlasherError.self) { try await slasher.ackContradictions(chain.vote(2, elsewhere)) }
    }

    /// The books are read from the database when the process starts again.
    @Test func aSecondVoteAfterARestart() async throws {
        _ = try await slasher.ackContradictions(chain.vote(2, chain.ack()))
        let next = Slasher(
            chain: node, committees: node, operations: node, topics: nil, store: scratch.store,
            logger: Logger(label: "slasher.test") { _ in SwiftLogNoOpLogHandler() })
        #expect(try await next.ackContradictions(chain.vote(2, chain.ack(after: 2))).count == 1)
    }

    /// A block that claims an update without a certificate convicts its proposer, once the head can judge it.
    @Test func aForgedCertificateIsEvidence() async throws {
        // The parent's state stands at slot 5, the head at slot 6.
        let early = FixtureNode(try TestChain(count: 5, slot: 5))
        let slasher = Slasher(
            chain: early, committees: early, operations: early, topics: nil, store: scratch.store,
            logger: Logger(label: "slasher.test") { _ in SwiftLogNoOpLogHandler() })
        #expect(try await slasher.ackQuorumSlashing(block(updateID: SHA256.hash([7]))) != nil)
        #expect(await early.taken.isEmpty)
        #expect(await early.refusals == 1)
        try await early.moveOn(to: 6)
        await slasher.submitWaiting()
        #expect(await early.taken.count == 1)
        guard case .ackQuorum(let slashing)? = await early.taken.first else {
            Issue.record("not the evidence expected")
            return
        }
        #expect(slashing.signedHeader.message.slot == 6)
        // Taken once, offered no more.
        await slasher.submitWaiting()
        #expect(await early.taken.count == 1)
    }

    /// A second proposal is one even when the node refuses it; one in another's name is none.
    @Test func refusedBlocksAreProposals() async throws {
        #expect(try await slasher.ackQuorumSlashing(block()) == nil)
        await slasher.refused(try block())
        var forged = try block(graffiti: 1)
        forged.message.proposerIndex = (forged.message.proposerIndex + 1) % 5
        await slasher.refused(forged)
        #expect(await node.taken.isEmpty)
        await slasher.refused(try block(graffiti: 2))
        #expect(await node.taken.count == 1)
    }

    /// Blocks, their attestations, certificates and the pool are watched as the chain announces them.
    @Test func followsTheChain() async throws {
        let watching = Task { await slasher.run() }
        defer { watching.cancel() }
        var evidence = await slasher.evidence().makeAsyncIterator()
        // The stream begins when the service subscribes.
        while await node.subscriptions < 2 { await Task.yield() }
        _ = try await slasher.attesterSlashings(attestation([0, 1, 2, 3, 4], target: 5))
        let committee = try chain.state.getBeaconCommittee(5, 0)
        let voters = [committee[committee.startIndex], committee[committee.startIndex + 2]].sorted()
        for voter in voters {
            let single = try attestation([voter], target: 5, variant: 1)
            await node.take(SingleAttestation(committeeIndex: 0, attesterIndex: voter, data: single.data, signature: single.signature))
        }
        while await slasher.queue.count < 2 { await Task.yield() }
        await node.announce(try block(slot: 5))
        guard case .attester(let slashing)? = await evidence.next() else {
            Issue.record("the node's votes were not judged")
            return
        }
        #expect(slashing.attestation2.attestingIndices == voters)
        // Their signatures were aggregated: the pool, which verifies it, takes the evidence.
        while await node.taken.isEmpty { await Task.yield() }
        // The block's header was recorded as well.
        #expect(try await slasher.isSlashable(block(slot: 5, graffiti: 3).message.header))
    }
}

extension BeaconBlock {
    fileprivate var header: BeaconBlockHeader {
        BeaconBlockHeader(
            slot: slot, proposerIndex: proposerIndex, parentRoot: parentRoot, stateRoot: stateRoot, bodyRoot: body.hashTreeRoot(.pol))
    }
}
