import BeaconTypes
import ForkChoice
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import Testing

@testable import BeaconNode

/// Two branches: votes decide, equivocators do not count, and the chain follows.
@Suite struct ForkTests {
    /// A chain of four slots, and two blocks of slot 5 by the same proposer, the first with a boost.
    private func fork(validators: Int = 8) async throws -> (TestChain, SignedBeaconBlock, SignedBeaconBlock) {
        let chain = try TestChain(validators: validators)
        for slot in 1...4 as ClosedRange<Slot> { try await chain.advance(slot) }
        try await chain.goTo(5)
        let first = try await chain.propose(5)
        let second = try await chain.propose(5, graffiti: SHA256.hash([9]))
        return (chain, first, second)
    }

    private func vote(_ chain: TestChain, for block: SignedBeaconBlock, by validators: [ValidatorIndex]) async throws {
        let slot = block.message.slot
        let root = block.message.hashTreeRoot(.pol)
        let state = try await chain.node.stateAfter(block.message.parentRoot)
        let data = AttestationData(
            slot: slot, index: 0, beaconBlockRoot: root, source: state.state.currentJustifiedCheckpoint,
            target: Checkpoint(epoch: slot, root: root))
        for validator in validators { try await chain.node.submitAttestations([chain.vote(data, validator)]) }
    }

    @Test func votesDecide() async throws {
        let (chain, first, second) = try await fork()
        let (a, b) = (first.message.hashTreeRoot(.pol), second.message.hashTreeRoot(.pol))
        try await chain.node.importBlock(first)
        try await chain.node.importBlock(second)
        // The first timely block of the slot has the boost
        #expect(await chain.node.head.root == a)
        #expect(await chain.node.forkChoice.proposerBoostRoot == a)
        let events = await chain.node.events()
        try await vote(chain, for: second, by: [0, 1, 2, 3, 4])
        try await vote(chain, for: first, by: [5, 6, 7])
        #expect(await chain.node.head.root == a)
        try await chain.goTo(6)
        #expect(await chain.node.head.root == b)
        #expect(try await chain.node.blockRoot(.slot(5)) == b)
        #expect(try await chain.node.block(.root(a))?.isCanonical == false)
        #expect(await chain.node.figures.reorgs == 1)
        await chain.node.stop()
        var reorganised = false
        for await event in events { if case .chainReorg(_, _, a, b, _) = event { reorganised = true } }
        #expect(reorganised)
    }

    /// Who votes for both weighs nothing, from evidence in the pool on.
    @Test func equivocatorsAreDiscounted() async throws {
        let (chain, first, second) = try await fork()
        let a = first.message.hashTreeRoot(.pol)
        try await chain.node.importBlock(first)
        try await chain.node.importBlock(second)
        let state = try await chain.node.stateAfter(first.message.parentRoot)
        func attestation(_ block: SignedBeaconBlock) async throws -> IndexedAttestation {
            let root = block.message.hashTreeRoot(.pol)
            let data = AttestationData(
                slot: 5, index: 0, beaconBlockRoot: root, source: state.state.currentJustifiedCheckpoint,
                target: Checkpoint(epoch: 5, root: root))
            return IndexedAttestation(
                attestingIndices: [0], data: data, signature: try await chain.vote(data, 0).signature)
        }
        try await vote(chain, for: second, by: [0, 1, 2, 3])
        try await vote(chain, for: first, by: [4, 5, 6])
        try await chain.node.submit(
            AttesterSlashing(attestation1: try await attestation(first), attestation2: try await attestation(second)))
        #expect(await chain.node.forkChoice.equivocatingIndices == [0])
        try await vote(chain, for: first, by: [7])
        try await chain.goTo(6)
        #expect(await chain.node.head.root == a)
        #expect(try await chain.node.forkChoice.weight(of: a) == 4 * 32_000_000_000)
    }

    /// Eight slots an epoch, so that blocks of one epoch justify the same.
    static let longEpochs: BeaconSpec = {
        var preset = Preset.pol
        preset.slotsPerEpoch = 8
        return BeaconSpec(preset: preset, config: .pol, fork: .pol)
    }()

    /// The head's proposer signed two blocks and its block is weak: the next proposer builds on the parent.
    @Test func anEquivocatingProposersWeakBlockIsSkipped() async throws {
        let chain = try TestChain(validators: 16, spec: Self.longEpochs)
        for slot in 1...4 as ClosedRange<Slot> { try await chain.advance(slot) }
        try await chain.goTo(5)
        let first = try await chain.propose(5)
        // Equal weights are decided by the root: the twin must lose, or the head moves to it first.
        var second = try await chain.propose(5, graffiti: SHA256.hash([9]))
        for salt in 10...99 as ClosedRange<UInt8>
        where second.message.hashTreeRoot(chain.spec) > first.message.hashTreeRoot(chain.spec) {
            second = try await chain.propose(5, graffiti: SHA256.hash([salt]))
        }
        try await chain.node.importBlock(first)
        #expect(try await chain.node.importer.proposalParent(at: 6).root == first.message.hashTreeRoot(chain.spec))
        try await chain.node.importBlock(second)
        try await chain.goTo(5, fraction: 0.7)
        #expect(try await chain.node.importer.proposalParent(at: 6).root == first.message.parentRoot)
        try await chain.goTo(6)
        let block = try await chain.propose(6)
        #expect(block.message.parentRoot == first.message.parentRoot)
        try await chain.node.publishBlock(block)
        #expect(await chain.node.head.root == block.message.hashTreeRoot(chain.spec))
        #expect(await chain.node.figures.reorgs == 1)
    }

    /// With one slot an epoch the parent justifies less than the head, and a block on it could not become head.
    @Test func aHeadThatJustifiesMoreIsKept() async throws {
        let (chain, first, second) = try await fork()
        try await chain.node.importBlock(first)
        try await chain.node.importBlock(second)
        #expect(try await chain.node.importer.proposalParent(at: 6).root == first.message.hashTreeRoot(.pol))
        try await chain.goTo(6)
        let block = try await chain.propose(6)
        try await chain.node.publishBlock(block)
        #expect(await chain.node.head.root == block.message.hashTreeRoot(.pol))
    }
}
