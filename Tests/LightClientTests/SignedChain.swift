import BLS
import BeaconTypes
import EngineTypes
import LightClient
import PolTestChain
import Primitives
import SSZ
import StateTransition

/// Headers and states of a `pol` chain without a network: empty blocks, each signed by the sync committee in the next one.
///
/// Blocks are not run through the state transition: a state after a block is the one before it, at the block's slot with the
/// block as its latest header. That is all that light clients look at.
struct SignedChain {
    struct Link {
        var block: BeaconBlock
        var state: BeaconState
        var root: Root
    }

    /// `pol` with sync committee periods of eight slots.
    static let spec: BeaconSpec = {
        var preset = Preset.pol
        preset.epochsPerSyncCommitteePeriod = 8
        return BeaconSpec(preset: preset, config: .pol, fork: .pol)
    }()

    let spec = SignedChain.spec
    let secrets: [BLSPubkey: SecretKey]
    let validatorsRoot: Root
    private(set) var links: [Link] = []

    init(count: Int = 3) throws {
        let chain = try TestChain(count: count, slot: 0)
        var secrets: [BLSPubkey: SecretKey] = [:]
        for secret in chain.secrets { secrets[secret.publicKey.bytes] = secret }
        self.secrets = secrets
        var state = chain.genesis.state
        validatorsRoot = state.genesisValidatorsRoot
        var block = BeaconBlock(default: spec)
        block.stateRoot = state.hashTreeRoot(spec)
        state.latestBlockHeader.stateRoot = .zero
        links = [Link(block: block, state: state, root: block.hashTreeRoot(spec))]
    }

    var last: Link { links[links.count - 1] }

    /// Adds a block of `slot` on the last one. `signers` seats of the committee sign the last block in it. `finalizing` is the
    /// slot of the block that the state finalises; `nil` leaves it.
    mutating func add(_ slot: Slot, signers: Int, finalizing: Slot? = nil) throws {
        let parent = last
        var state = parent.state
        let period = spec.syncCommitteePeriod(at: slot)
        if period > spec.syncCommitteePeriod(at: parent.block.slot) {
            state.currentSyncCommittee = state.nextSyncCommittee
            // The same members in another order, so that committees differ.
            let pubkeys = Array(state.currentSyncCommittee.pubkeys)
            state.nextSyncCommittee.pubkeys = SSZVector(pubkeys.dropFirst() + pubkeys.prefix(1))
        }
        var block = BeaconBlock(default: spec)
        block.slot = slot
        block.parentRoot = parent.root
        block.body.executionPayload.blockNumber = slot
        block.body.executionPayload.difficulty = UInt256(1000 + slot)
        block.body.executionPayload.powNonce = Bytes8([UInt8](repeating: UInt8(truncatingIfNeeded: slot), count: 8)) ?? Bytes8()
        block.body.executionPayload.extraData = [UInt8](repeating: 5, count: 64)
        block.body.syncAggregate = try aggregate(of: parent, committee: state.currentSyncCommittee, signers: signers)
        state.slot = slot
        if let finalizing, let target = links.first(where: { $0.block.slot == finalizing }) {
            state.finalizedCheckpoint = Checkpoint(epoch: finalizing, root: target.root)
        }
        state.latestBlockHeader = BeaconBlockHeader(
            slot: slot, proposerIndex: 0, parentRoot: parent.root, stateRoot: .zero, bodyRoot: block.body.hashTreeRoot(spec))
        block.stateRoot = state.hashTreeRoot(spec)
        links.append(Link(block: block, state: state, root: block.hashTreeRoot(spec)))
    }

    /// The signature of the first `signers` seats on the root of `link`.
    func aggregate(of link: Link, committee: SyncCommittee, signers: Int) throws -> SyncAggregate {
        var bits = Bitvector(count: committee.pubkeys.count)
        var signatures: [BLSSignature] = []
        let domain = computeDomain(Constant.domainSyncCommittee, spec.config.electraForkVersion, validatorsRoot)
        let signingRoot = computeSigningRoot(objectRoot: link.root, domain)
        for seat in 0..<signers {
            bits[seat] = true
            if let secret = secrets[committee.pubkeys[seat]] { signatures.append(secret.sign(signingRoot)) }
        }
        return SyncAggregate(
            syncCommitteeBits: bits, syncCommitteeSignature: signatures.isEmpty ? BLS.infinitySignature : try BLS.aggregate(signatures))
    }

    func block(_ root: Root) -> BeaconBlock? { links.first { $0.root == root }?.block }

    /// The update that the link at `index` makes by signing the one before it.
    func update(_ index: Int) throws -> LightClientUpdate {
        let attested = links[index - 1]
        let checkpoint = attested.state.finalizedCheckpoint
        return try LightClientUpdate(
            signing: links[index].block, attested: attested.block, attestedState: attested.state,
            finalized: checkpoint.root.isZero ? links[0].block : block(checkpoint.root), spec)
    }

    func bootstrap(_ index: Int) throws -> LightClientBootstrap {
        try LightClientBootstrap(links[index].state, links[index].block, spec)
    }
}
