import BLS
import BeaconTypes
import LightClient
import Primitives
import SSZ
import Testing

/// A light client of the `pol` chain, whose payload headers have two more fields. The official vectors run in
/// StateTransitionTests.
@Suite struct StoreTests {
    /// Blocks 1…6, all signed; from 4 on block 2 is final.
    static func chain() throws -> SignedChain {
        var chain = try SignedChain()
        for slot in 1...6 as ClosedRange<Slot> { try chain.add(slot, signers: 32, finalizing: slot >= 4 ? 2 : nil) }
        return chain
    }

    static func store(_ chain: SignedChain, at index: Int = 1) throws -> LightClientStore {
        try LightClientStore(trustedBlockRoot: chain.links[index].root, bootstrap: try chain.bootstrap(index), chain.spec)
    }

    @Test func followsHeadAndFinality() throws {
        let chain = try Self.chain()
        var store = try Self.store(chain)
        #expect(store.finalizedHeader.beacon.slot == 1 && !store.isNextSyncCommitteeKnown)
        for index in 3...6 {
            try store.processLightClientUpdate(
                try chain.update(index), currentSlot: Slot(index), genesisValidatorsRoot: chain.validatorsRoot)
            #expect(store.optimisticHeader.beacon.slot == Slot(index - 1))
            // The first update is applied because it proves the next sync committee beside the final genesis, the one of the fifth
            // block because it signs the first state with news of finality. The others are kept in mind.
            #expect((store.bestValidUpdate == nil) == (index == 3 || index == 5))
        }
        #expect(store.finalizedHeader.beacon.slot == 2 && store.isNextSyncCommitteeKnown)
        #expect(store.optimisticHeader.execution.difficulty == UInt256(1005))
        #expect(store.optimisticHeader.execution.powNonce == Bytes8([UInt8](repeating: 5, count: 8)))
        #expect(store.safetyThreshold == 16)
    }

    @Test func followsIntoTheNextPeriod() throws {
        var chain = try Self.chain()
        for slot in 7...18 as ClosedRange<Slot> { try chain.add(slot, signers: 30, finalizing: slot - 2) }
        var store = try Self.store(chain)
        for index in 3..<chain.links.count {
            try store.processLightClientUpdate(try chain.update(index), currentSlot: 20, genesisValidatorsRoot: chain.validatorsRoot)
        }
        #expect(store.period == 1 && store.finalizedHeader.beacon.slot == 15)
        #expect(store.currentSyncCommittee == chain.links[15].state.currentSyncCommittee)
        #expect(store.nextSyncCommittee == chain.links[15].state.nextSyncCommittee)
        #expect(store.currentSyncCommittee != store.nextSyncCommittee)
    }

    /// Finality and optimistic updates alone move the headers, and never the committees.
    @Test func takesTheSmallerUpdates() throws {
        let chain = try Self.chain()
        var store = try Self.store(chain)
        try store.processLightClientOptimisticUpdate(
            try chain.update(3).optimisticUpdate, currentSlot: 3, genesisValidatorsRoot: chain.validatorsRoot)
        #expect(store.optimisticHeader.beacon.slot == 2 && store.finalizedHeader.beacon.slot == 1)
        try store.processLightClientFinalityUpdate(
            try chain.update(6).finalityUpdate, currentSlot: 6, genesisValidatorsRoot: chain.validatorsRoot)
        #expect(store.finalizedHeader.beacon.slot == 2 && store.optimisticHeader.beacon.slot == 5)
        #expect(!store.isNextSyncCommitteeKnown)
    }

    /// Too few signers finalise nothing; the best update is taken after the timeout, and not before.
    @Test func forcesTheBestUpdateAfterTheTimeout() throws {
        var chain = try SignedChain()
        for slot in 1...4 as ClosedRange<Slot> { try chain.add(slot, signers: slot == 4 ? 5 : 12) }
        var store = try Self.store(chain)
        for index in 3...4 {
            try store.processLightClientUpdate(try chain.update(index), currentSlot: 4, genesisValidatorsRoot: chain.validatorsRoot)
        }
        let best = try chain.update(3)
        #expect(store.bestValidUpdate == best && store.finalizedHeader.beacon.slot == 1)
        let timeout = chain.spec.preset.updateTimeout
        try store.processLightClientStoreForceUpdate(currentSlot: 1 + timeout)
        #expect(store.bestValidUpdate != nil)
        try store.processLightClientStoreForceUpdate(currentSlot: 2 + timeout)
        #expect(store.bestValidUpdate == nil && store.finalizedHeader == best.attestedHeader && store.isNextSyncCommitteeKnown)
        let forced = store.finalizedHeader
        try store.processLightClientStoreForceUpdate(currentSlot: .max)
        #expect(store.finalizedHeader == forced)
    }

    @Test func refusesAnotherBootstrap() throws {
        let chain = try Self.chain()
        let bootstrap = try chain.bootstrap(1)
        func refusal(trusted: Root? = nil, _ change: (inout LightClientBootstrap) -> Void = { _ in }) -> LightClientError? {
            var changed = bootstrap
            change(&changed)
            do {
                _ = try LightClientStore(trustedBlockRoot: trusted ?? chain.links[1].root, bootstrap: changed, chain.spec)
                return nil
            } catch {
                return error as? LightClientError
            }
        }
        #expect(refusal() == nil)
        #expect(refusal(trusted: .zero) == .untrusted(expected: .zero, actual: chain.links[1].root))
        #expect(refusal { $0.header.execution.difficulty = UInt256(1) } == .header("bootstrap"))
        #expect(refusal { $0.header.execution.powNonce = Bytes8() } == .header("bootstrap"))
        #expect(refusal { $0.currentSyncCommittee.aggregatePubkey = BLSPubkey() } == .currentSyncCommittee)
        #expect(refusal { $0.currentSyncCommitteeBranch[0] = .zero } == .currentSyncCommittee)
        if case .malformed? = refusal({ $0.currentSyncCommitteeBranch = [] }) {} else { Issue.record("a branch of no length") }
    }

    /// Each fault is named, and leaves the store as it was.
    @Test func refusesWhatIsNotProved() throws {
        let chain = try Self.chain()
        let base = try Self.store(chain)
        let update = try chain.update(6)
        func refusal(_ currentSlot: Slot = 6, _ change: (inout LightClientUpdate) throws -> Void) throws -> LightClientError? {
            var changed = update
            try change(&changed)
            var store = base
            do {
                try store.processLightClientUpdate(changed, currentSlot: currentSlot, genesisValidatorsRoot: chain.validatorsRoot)
            } catch {
                #expect(store.optimisticHeader == base.optimisticHeader && store.bestValidUpdate == nil)
                return error
            }
            return nil
        }
        let nobody = Bitvector(count: 32)
        #expect(try refusal { _ in } == nil)
        #expect(try refusal(5) { _ in } == .slotOrder(current: 5, signature: 6, attested: 5, finalized: 2))
        #expect(try refusal { $0.signatureSlot = 5 } == .slotOrder(current: 6, signature: 5, attested: 5, finalized: 2))
        #expect(try refusal { $0.syncAggregate.syncCommitteeBits = nobody } == .tooFewParticipants(0))
        #expect(try refusal { $0.syncAggregate.syncCommitteeBits[3] = false } == .signature)
        #expect(try refusal { $0.syncAggregate.syncCommitteeSignature = BLS.infinitySignature } == .signature)
        #expect(try refusal { $0.attestedHeader.beacon.proposerIndex = 1 } == .signature)
        #expect(try refusal { $0.attestedHeader.execution.gasUsed = 1 } == .header("attested"))
        #expect(try refusal { $0.attestedHeader.execution.powNonce = Bytes8() } == .header("attested"))
        #expect(try refusal { $0.finalizedHeader.execution.difficulty = .zero } == .header("finalised"))
        #expect(try refusal { $0.finalizedHeader = try chain.update(3).attestedHeader } == nil)
        #expect(try refusal { $0.finalizedHeader = try chain.update(4).attestedHeader } == .finality)
        #expect(try refusal { $0.finalityBranch[0] = .zero } == .finality)
        #expect(try refusal { $0.finalityBranch = SSZVector(repeating: .zero, count: 7) } == .finality)
        #expect(try refusal { $0.nextSyncCommittee.aggregatePubkey = BLSPubkey() } == .nextSyncCommittee)
        #expect(try refusal { $0.nextSyncCommitteeBranch = SSZVector(repeating: .zero, count: 6) } == .nextSyncCommittee)
        #expect(try refusal(100) { $0.signatureSlot = 9 } == .period(signature: 1, store: 0))
        for change in [
            { (update: inout LightClientUpdate) in update.finalityBranch = [] },
            { $0.syncAggregate.syncCommitteeBits = Bitvector(count: 31) }, { $0.nextSyncCommittee.pubkeys = [] },
        ] as [(inout LightClientUpdate) -> Void] {
            if case .malformed? = try refusal(6, change) {} else { Issue.record("a wrong shape was not called malformed") }
        }
    }

    @Test func refusesWhatIsOldOrFarAhead() throws {
        var chain = try Self.chain()
        for slot in [7, 25, 26] as [Slot] { try chain.add(slot, signers: 32, finalizing: 4) }
        var store = try Self.store(chain, at: 5)
        #expect(throws: LightClientError.period(signature: 3, store: 0)) {
            try store.processLightClientUpdate(try chain.update(9), currentSlot: 30, genesisValidatorsRoot: chain.validatorsRoot)
        }
        // Without a committee in it, an update that is not after the finalised block says nothing.
        var old = try chain.update(4)
        old.nextSyncCommittee = SyncCommittee(default: chain.spec)
        old.nextSyncCommitteeBranch = SSZVector(repeating: .zero, count: 6)
        #expect(throws: LightClientError.irrelevant(attested: 3, finalized: 5)) {
            try store.processLightClientUpdate(old, currentSlot: 30, genesisValidatorsRoot: chain.validatorsRoot)
        }
        #expect(throws: LightClientError.signature) {
            try store.processLightClientUpdate(try chain.update(7), currentSlot: 30, genesisValidatorsRoot: .zero)
        }
    }

    @Test func dataWantsBlocksAndStatesThatFit() throws {
        let chain = try Self.chain()
        let links = chain.links
        #expect(throws: LightClientError.self) { try LightClientBootstrap(links[2].state, links[1].block, chain.spec) }
        #expect(throws: LightClientError.self) {
            try LightClientUpdate(
                signing: links[4].block, attested: links[2].block, attestedState: links[2].state, finalized: nil, chain.spec)
        }
        #expect(throws: LightClientError.self) {
            try LightClientUpdate(
                signing: links[6].block, attested: links[5].block, attestedState: links[5].state, finalized: links[3].block, chain.spec)
        }
        #expect(throws: LightClientError.self) {
            try LightClientUpdate(
                signing: links[6].block, attested: links[5].block, attestedState: links[5].state, finalized: links[0].block, chain.spec)
        }
        // The first block signs genesis with nobody's signature.
        var unsigned = try SignedChain()
        try unsigned.add(1, signers: 0)
        #expect(throws: LightClientError.tooFewParticipants(0)) { try unsigned.update(1) }
    }
}
