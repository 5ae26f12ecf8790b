import BLS
import BeaconTypes
import LightClient
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import TestSupport
import Testing

@testable import BeaconNode

/// The light client data of a node, against the specification's functions applied to every block of its chain.
@Suite struct LightClientTests {
    /// `pol` with sync committee periods of eight slots.
    static let shortPeriods: BeaconSpec = {
        var preset = Preset.pol
        preset.epochsPerSyncCommitteePeriod = 8
        return BeaconSpec(preset: preset, config: .pol, fork: .pol)
    }()

    /// The first `count` validators sign the head for the next block.
    private func sign(_ chain: TestChain, _ slot: Slot, count: Int) async throws {
        let root = await chain.node.head.root
        let epoch = slot / chain.spec.preset.slotsPerEpoch
        let duties = try await chain.node.syncDuties(epoch: slot + 1, indices: (0..<count).map { ValidatorIndex($0) })
        var messages: [SyncCommitteeMessage] = []
        for duty in duties {
            let signingRoot = computeSigningRoot(objectRoot: root, try await chain.domain(Constant.domainSyncCommittee, epoch))
            messages.append(
                SyncCommitteeMessage(
                    slot: slot, beaconBlockRoot: root, validatorIndex: duty.validatorIndex,
                    signature: chain.keys[Int(duty.validatorIndex)].sign(signingRoot)))
        }
        try await chain.node.submitSyncCommitteeMessages(messages)
    }

    /// A chain of `slots` slots with as many signers in each as `signers` says.
    private func chain(slots: Slot, signers: (Slot) -> Int) async throws -> TestChain {
        let chain = try TestChain(validators: 8, spec: Self.shortPeriods)
        for slot in 1...slots {
            try await chain.advance(slot)
            if signers(slot) > 0 { try await sign(chain, slot, count: signers(slot)) }
        }
        return chain
    }

    /// The best update of each period, by making and comparing every one.
    private func bestByComparing(_ chain: TestChain) async throws -> [LightClientUpdate] {
        let spec = chain.spec
        var best: [UInt64: LightClientUpdate] = [:]
        let genesis = try #require(try await chain.node.block(.genesis)).block.message
        for slot in 1...(await chain.node.head.slot) {
            guard let signing = try await chain.node.block(.slot(slot))?.block.message,
                signing.body.syncAggregate.syncCommitteeBits.setCount > 0,
                let attested = try await chain.node.block(.root(signing.parentRoot))?.block.message,
                spec.syncCommitteePeriod(at: attested.slot) == spec.syncCommitteePeriod(at: slot)
            else { continue }
            let state = try await chain.node.stateAfter(signing.parentRoot).state
            let checkpoint = state.finalizedCheckpoint.root
            let finalized = checkpoint.isZero ? genesis : try await chain.node.block(.root(checkpoint))?.block.message
            let update = try LightClientUpdate(signing: signing, attested: attested, attestedState: state, finalized: finalized, spec)
            let period = spec.syncCommitteePeriod(at: slot)
            if best[period].map({ update.isBetter(than: $0, spec) }) ?? true { best[period] = update }
        }
        return best.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Period 0 is final and comes from the store, period 1 ends early for want of signers, period 2 is under way.
    @Test func servesTheBestUpdateOfEachPeriod() async throws {
        let chain = try await chain(slots: 21) { [1, 8, 2, 6, 8, 1, 0, 7, 1, 1, 6, 6, 1, 0, 0, 8, 2, 1, 7, 6, 8][Int($0 - 1)] }
        let expected = try await bestByComparing(chain)
        #expect(expected.count == 3)
        let updates = try await chain.node.lightClientUpdates(from: 0, count: 10)
        #expect(updates == expected)
        #expect(try await chain.node.lightClientUpdates(from: 1, count: 1) == [expected[1]])
        #expect(try await chain.node.lightClientUpdates(from: 3, count: 1).isEmpty)
        // A light client takes both: two thirds signed the second as well, and more is final in it.
        let first = try #require(try await chain.node.block(.slot(1)))
        let bootstrap = try #require(try await chain.node.lightClientBootstrap(first.root))
        var store = try LightClientStore(trustedBlockRoot: first.root, bootstrap: bootstrap, chain.spec)
        for update in updates.prefix(2) {
            try store.processLightClientUpdate(update, currentSlot: 22, genesisValidatorsRoot: chain.node.genesisValidatorsRoot)
        }
        #expect(store.isNextSyncCommitteeKnown && store.bestValidUpdate == nil)
        #expect(store.finalizedHeader == updates[1].finalizedHeader && store.optimisticHeader == updates[1].attestedHeader)
    }

    /// Bootstraps are given of blocks that are final and can be a checkpoint's.
    @Test func bootstrapsAreOfCheckpoints() async throws {
        let chain = try await chain(slots: 9) { _ in 0 }
        let (node, final) = (chain.node, await chain.node.finalized)
        #expect(final.epoch > 2)
        let head = await node.head.root
        #expect(try await node.lightClientBootstrap(head) == nil)
        #expect(try await node.lightClientBootstrap(final.root)?.header.beacon.slot == final.epoch)
        let genesis = try #require(try await node.blockRoot(.genesis))
        #expect(try await node.lightClientBootstrap(genesis)?.header.beacon.slot == 0)
        #expect(try await node.lightClientBootstrap(SHA256.hash([9])) == nil)
    }

    /// With four slots an epoch: the first of each, or the last before an empty first one.
    @Test func epochBoundaries() async throws {
        var preset = Preset.pol
        preset.slotsPerEpoch = 4
        let chain = try TestChain(validators: 8, spec: BeaconSpec(preset: preset, config: .pol, fork: .pol))
        for slot in [1, 2, 3, 5, 6, 7, 8, 9] as [Slot] { try await chain.advance(slot) }
        let view = chain.node.view
        let boundaries = try ([0, 1, 2, 3, 5, 6, 7, 8] as [Slot]).filter { try view.isEpochBoundary($0) }
        #expect(boundaries == [0, 3, 8])
    }

    /// A node that starts again has the same to say, from the store and from the blocks that are not final.
    @Test func survivesARestart() async throws {
        let chain = try await chain(slots: 19) { $0 % 4 == 0 ? 7 : 6 }
        let expected = try await chain.node.lightClientUpdates(from: 0, count: 10)
        let finality = try await chain.node.lightClientFinalityUpdate()
        #expect(expected.count == 3 && finality != nil)
        let resumed = try TestChain(spec: Self.shortPeriods, resuming: chain, in: try TemporaryFolder(copyOf: chain.directory.path))
        #expect(try await resumed.node.lightClientUpdates(from: 0, count: 10) == expected)
        #expect(try await resumed.node.lightClientFinalityUpdate() == finality)
        #expect(try await resumed.node.lightClientOptimisticUpdate() == chain.node.lightClientOptimisticUpdate())
    }

    /// The newest update is that of the newest signed block.
    @Test func servesTheNewestUpdate() async throws {
        let chain = try await chain(slots: 4) { $0 == 2 ? 5 : 0 }
        #expect(try await chain.node.lightClientOptimisticUpdate()?.signatureSlot == 3)
        #expect(try await chain.node.lightClientOptimisticUpdate()?.attestedHeader.beacon.slot == 2)
        // Nothing is final: genesis is, by the zero root, and its header is empty.
        let finality = try #require(try await chain.node.lightClientFinalityUpdate())
        #expect(finality.finalizedHeader == LightClientHeader(default: chain.spec))
        let silent = try await self.chain(slots: 3) { _ in 0 }
        #expect(try await silent.node.lightClientOptimisticUpdate() == nil)
        #expect(try await silent.node.lightClientUpdates(from: 0, count: 1).isEmpty)
    }
}
