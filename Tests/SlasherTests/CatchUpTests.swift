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

/// Blocks that the node imported while the slasher was off.
@Suite(.timeLimit(.minutes(1))) struct CatchUpTests {
    let scratch: ScratchStore
    let chain: TestChain
    let node: FixtureNode

    init() throws {
        scratch = try ScratchStore()
        chain = try TestChain(count: 5, slot: 6)
        node = FixtureNode(chain)
    }

    private func slasher() -> Slasher {
        Slasher(
            chain: node, committees: node, operations: node, topics: nil, history: node, store: scratch.store,
            logger: Logger(label: "slasher.test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// An attestation of some members of slot 5's committee, as blocks carry it.
    private func included(_ voters: [ValidatorIndex], variant: UInt8) throws -> Attestation {
        let indexed = try chain.attestation(voters, target: 5, variant: variant)
        let committee = Array(try chain.state.getBeaconCommittee(5, 0))
        var bits = Bitlist(count: committee.count)
        for (seat, member) in committee.enumerated() where voters.contains(member) { bits[seat] = true }
        var committees = Bitvector(count: Int(BeaconSpec.pol.preset.maxCommitteesPerSlot))
        committees[0] = true
        return Attestation(aggregationBits: bits, data: indexed.data, signature: indexed.signature, committeeBits: committees)
    }

    /// A block of the chain, changed without a new signature: the node vouches for what it has imported.
    private func block(
        slot: Slot, graffiti: UInt8 = 0, _ change: (inout BeaconBlock) throws -> Void = { _ in }
    ) throws -> SignedBeaconBlock {
        var block = try chain.block(slot: slot, graffiti: graffiti)
        try change(&block.message)
        return block
    }

    @Test func findsADoubleProposal() async throws {
        await node.announce(try block(slot: 5))
        await node.announce(try block(slot: 5, graffiti: 1))
        await slasher().catchUp(with: node)
        #expect(await node.taken.count == 1)
        guard case .proposer? = await node.taken.first else {
            Issue.record("not the evidence expected")
            return
        }
    }

    @Test func findsADoubleVoteInTwoBlocks() async throws {
        await node.announce(try block(slot: 5) { $0.body.attestations = [try included([0, 1, 2], variant: 0)] })
        await node.announce(try block(slot: 6) { $0.body.attestations = [try included([2, 3], variant: 1)] })
        await slasher().catchUp(with: node)
        guard case .attester(let slashing)? = await node.taken.first else {
            Issue.record("the double vote was not found")
            return
        }
        #expect(Set(slashing.attestation1.attestingIndices).intersection(slashing.attestation2.attestingIndices) == [2])
    }

    /// A vote seen before, and a certificate in a block that came while the slasher was off.
    @Test func findsAContradictedCertificate() async throws {
        _ = try await slasher().ackContradictions(chain.vote(2, chain.ack(verdict: .invalid)))
        let aggregate = try chain.aggregate([0, 1, 3, 4], chain.ack())
        await node.announce(
            try block(slot: 5) {
                $0.body.ackCertificate.ack = aggregate.ack
                $0.body.ackCertificate.committeeBits = aggregate.committeeBits
                $0.body.ackCertificate.signature = aggregate.signature
                $0.body.ackCertificate.lossesRoot = aggregate.lossesRoot
            })
        await slasher().catchUp(with: node)
        guard case .ackContradiction(let contradiction)? = await node.taken.first else {
            Issue.record("the contradiction was not found")
            return
        }
        #expect(contradiction.vote.validatorIndex == 2)
    }

    /// A copy seen before, and the certificate in a block that opens the losses.
    @Test func findsACopy() async throws {
        for voter in [0, 1, 3, 4] as [ValidatorIndex] { _ = try await slasher().ackContradictions(chain.vote(voter, chain.ack())) }
        _ = try await slasher().ackContradictions(chain.vote(2, chain.ack(), losses: SHA256.hash([6])))
        #expect(await node.taken.isEmpty)
        let aggregate = try chain.aggregate([0, 1, 3], chain.ack())
        await node.announce(
            try block(slot: 5) {
                $0.body.ackCertificate.ack = aggregate.ack
                $0.body.ackCertificate.committeeBits = aggregate.committeeBits
                $0.body.ackCertificate.signature = aggregate.signature
                $0.body.ackCertificate.lossesRoot = aggregate.lossesRoot
            })
        await slasher().catchUp(with: node)
        guard case .ackContradiction(let contradiction)? = await node.taken.first else {
            Issue.record("the copy was not found")
            return
        }
        #expect(contradiction.vote.validatorIndex == 2 && contradiction.other.committeeBits.setCount == 4)
        #expect(await node.taken.count == 1)
    }

    /// What one start took in, the next does not; a block that came late to an old slot is taken in.
    @Test func everyBlockIsTakenInOnce() async throws {
        for slot in [4, 5, 6] as [Slot] { await node.announce(try block(slot: slot)) }
        let first = slasher()
        await first.catchUp(with: node)
        #expect(await first.figures.blocks == 3)
        await node.announce(try block(slot: 4, graffiti: 1))
        let second = slasher()
        await second.catchUp(with: node)
        #expect(await second.figures.blocks == 1)
        #expect(await node.taken.count == 1)
        let third = slasher()
        await third.catchUp(with: node)
        #expect(await third.figures.blocks == 0)
    }

    /// Blocks seen as they came are not missed; the others are found beside the running service.
    @Test func catchesUpWhileItWatches() async throws {
        await node.announce(try block(slot: 4))
        let slasher = slasher()
        let watching = Task { await slasher.run() }
        defer { watching.cancel() }
        while await node.subscriptions < 2 { await Task.yield() }
        await node.announce(try block(slot: 5))
        while await slasher.figures.blocks < 2 { await Task.yield() }
        let next = self.slasher()
        await next.catchUp(with: node)
        #expect(await next.figures.blocks == 0)
    }

    /// Blocks older than the history are neither read nor remembered.
    @Test func theHistoryIsBounded() throws {
        let database = BlockDatabase(store: scratch.store, spec: .pol)
        let history = SpanLayout.history
        #expect(database.oldestSlot(currentEpoch: 5) == 1)
        let oldest = database.oldestSlot(currentEpoch: history + 100)
        #expect(oldest == SpanLayout.oldestEpoch(current: history + 100))
        let blocks = [oldest - 1, oldest].map { BlockReference(slot: $0, root: SHA256.hash([UInt8($0 % 256)])) }
        for block in blocks { try database.record(block) }
        #expect(try database.missing(among: blocks).isEmpty)
        try database.prune(currentEpoch: history + 100)
        #expect(try database.missing(among: blocks) == [blocks[0]])
    }
}
