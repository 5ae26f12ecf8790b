import BeaconTypes
import EngineTypes
import Primitives
import SSZ
import ServiceInterfaces

/// Blocks in slots 0, 1, 2, 4 and 5 of the `pol` chain, and one beside the canonical chain in slot 4; slots 0 to 2
/// are finalised. The registry holds a validator in each state of its life.
struct FixtureBeaconChain: BeaconChainReader {
    struct Broken: Error {}

    static let sideRoot = Root.filled(0x99)

    let spec = BeaconSpec.pol
    let clock = SlotClock(genesisTime: 1_700_000_000, slotDurationMilliseconds: 12_000) { 1_700_000_061 }
    let genesisValidatorsRoot = Root.filled(0xaa)
    var status = BeaconSyncStatus(headSlot: 5, syncDistance: 0, isSyncing: false, isOptimistic: false, isExecutionOffline: false)
    var isBroken = false

    static let slots: [Slot] = [0, 1, 2, 4, 5]

    static func root(_ slot: Slot) -> Root { .filled(UInt8(slot + 1)) }
    static func stateRoot(_ slot: Slot) -> Root { .filled(UInt8(slot + 0x41)) }

    static func block(_ slot: Slot, parent: Slot?) -> SignedBeaconBlock {
        var block = SignedBeaconBlock(default: BeaconSpec.pol)
        block.message.slot = slot
        block.message.proposerIndex = 3
        block.message.parentRoot = parent.map(root) ?? .zero
        block.message.stateRoot = stateRoot(slot)
        block.message.body.executionPayload.extraData = [UInt8](repeating: 7, count: 64)
        return block
    }

    static let state: BeaconState = {
        var state = BeaconState(default: BeaconSpec.pol)
        state.slot = 5
        state.genesisTime = 1_700_000_000
        let lives: [(eligible: Epoch, active: Epoch, exit: Epoch, withdrawable: Epoch, slashed: Bool, balance: Gwei)] = [
            (.max, .max, .max, .max, false, 1), (4, .max, .max, .max, false, 32), (0, 0, .max, .max, false, 32_000_000_000),
            (0, 0, 9, 20, false, 32), (0, 0, 9, 20, true, 31), (0, 0, 2, 20, false, 32), (0, 0, 2, 20, true, 31), (0, 0, 2, 4, false, 32),
            (0, 0, 2, 4, false, 0), (0, 0, .max, .max, false, 32),
        ]
        state.validators = SSZList(
            lives.enumerated().map { index, life in
                Validator(
                    pubkey: publicKey(index), withdrawalCredentials: .zero, effectiveBalance: 32_000_000_000, slashed: life.slashed,
                    activationEligibilityEpoch: life.eligible, activationEpoch: life.active, exitEpoch: life.exit,
                    withdrawableEpoch: life.withdrawable)
            })
        state.balances = SSZList(lives.map(\.balance))
        state.finalizedCheckpoint = Checkpoint(epoch: 2, root: root(2))
        state.currentJustifiedCheckpoint = Checkpoint(epoch: 4, root: root(4))
        state.blockRoots = SSZVector((0..<2048).map { UInt64($0) < 5 ? root(UInt64($0)) : .zero })
        state.randaoMixes = SSZVector((0..<2048).map { Root.filled(UInt8($0 % 251)) })
        state.learning.updateCount = 12
        state.learning.adapterRoot = .filled(0xad)
        return state
    }()

    static func publicKey(_ index: Int) -> BLSPubkey { BLSPubkey([UInt8](repeating: UInt8(0x80 + index), count: 48)) ?? BLSPubkey() }

    func blockRoot(_ id: BlockID) async throws -> Root? {
        if isBroken { throw Broken() }
        return switch id {
        case .head: Self.root(5)
        case .genesis: Self.root(0)
        case .justified, .confirmed: Self.root(4)
        case .finalized: Self.root(2)
        case .slot(let slot): Self.slots.contains(slot) ? Self.root(slot) : nil
        case .root(let root): root == Self.sideRoot || Self.slots.contains { Self.root($0) == root } ? root : nil
        }
    }

    func block(_ id: BlockID) async throws -> ChainBlock? {
        guard let root = try await blockRoot(id) else { return nil }
        if root == Self.sideRoot {
            return ChainBlock(root: root, block: Self.block(4, parent: 1), isCanonical: false, isFinalized: false)
        }
        guard let position = Self.slots.firstIndex(where: { Self.root($0) == root }) else { return nil }
        let slot = Self.slots[position]
        let block = Self.block(slot, parent: position == 0 ? nil : Self.slots[position - 1])
        return ChainBlock(
            root: root, block: block, isCanonical: true, isFinalized: slot <= 2, isOptimistic: status.isOptimistic && slot == 5)
    }

    func state(_ id: BlockID) async throws -> ChainState? {
        switch id {
        case .head, .slot(5), .root(Self.root(5)), .root(Self.stateRoot(5)):
            return ChainState(root: Self.stateRoot(5), state: Self.state, isFinalized: false, isOptimistic: status.isOptimistic)
        case .finalized:
            return ChainState(root: Self.stateRoot(2), state: Self.state, isFinalized: true)
        default: return nil
        }
    }

    func syncStatus() async -> BeaconSyncStatus { status }

    func absentStake() async throws -> AbsentStake {
        AbsentStake(
            absent: 96_000_000_000, active: 256_000_000_000, absentValidators: 3, activeValidators: 8, indices: [5, 6, 7], since: 9)
    }

    func events() async -> AsyncStream<BeaconEvent> {
        AsyncStream { continuation in
            continuation.yield(.block(root: Self.root(5), slot: 5, isOptimistic: status.isOptimistic))
            continuation.yield(.head(root: Self.root(5), slot: 5, stateRoot: Self.stateRoot(5), isOptimistic: status.isOptimistic))
            continuation.yield(
                .finalized(
                    checkpoint: Checkpoint(epoch: 2, root: Self.root(2)), stateRoot: Self.stateRoot(2), isOptimistic: false))
            continuation.yield(
                .chainReorg(slot: 5, depth: 2, oldHead: Self.sideRoot, newHead: Self.root(5), isOptimistic: status.isOptimistic))
            continuation.finish()
        }
    }
}

extension Root {
    static func filled(_ byte: UInt8) -> Root { Root([UInt8](repeating: byte, count: 32)) ?? .zero }
}

struct FixturePeers: PeerDirectory {
    func listing() async -> PeerListing {
        var other = PeerListing.Peer(id: "12D3KooWOther", addresses: ["/ip4/192.0.2.1/tcp/13000"])
        other.direction = "inbound"
        var listing = PeerListing(
            own: .init(id: "12D3KooWOwn", addresses: ["/ip4/127.0.0.1/tcp/13000"]), peers: [other], records: 0)
        listing.own.enr = "enr:-own"
        listing.subnets = .init(
            sequenceNumber: 7, attestations: (0..<64).map { $0 % 3 == 0 && $0 < 6 }, syncCommittees: [true, true, true, true])
        listing.discoveryAddresses = ["/ip4/127.0.0.1/udp/12000"]
        return listing
    }
}
