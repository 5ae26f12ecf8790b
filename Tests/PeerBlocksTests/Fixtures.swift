import BeaconTypes
import ChainSync
import LibP2P
import Logging
import NIOPosix
import PeerIdentity
import Primitives
import SSZ
import ServiceInterfaces

extension Hash32 {
    static func filled(_ byte: UInt8) -> Hash32 { Hash32([UInt8](repeating: byte, count: 32)) ?? .zero }
}

let quiet: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
}()

/// The `genesis_validators_root` that peers have in common.
let chain = Root.filled(9)

/// Blocks without contents, of slots 1 to `count`.
func blocks(_ count: UInt64) -> [SignedBeaconBlock] {
    var parent = BeaconBlock(default: .pol).hashTreeRoot(.pol)
    return (1...count).map { slot in
        var block = BeaconBlock(default: .pol)
        (block.slot, block.parentRoot) = (slot, parent)
        parent = block.hashTreeRoot(.pol)
        return SignedBeaconBlock(message: block, signature: BLSSignature())
    }
}

/// A chain that is given.
struct Given: BlockSource {
    let name = "given"
    var blocks: [SignedBeaconBlock]

    func status() -> BlockSourceStatus {
        BlockSourceStatus(
            headRoot: .filled(3), headSlot: blocks.last?.message.slot ?? 0, finalized: Checkpoint(epoch: 1 << 40, root: .filled(4)))
    }

    func blocks(in slots: Range<Slot>) -> [SignedBeaconBlock] { blocks.filter { slots.contains($0.message.slot) } }
    func blocks(roots: [Root]) -> [SignedBeaconBlock] { blocks.filter { roots.contains($0.message.hashTreeRoot(.pol)) } }
    func finalizedState() -> BeaconState { BeaconState(default: .pol) }
}

func host(_ seed: UInt8) throws -> Host {
    Host(
        identity: try PeerKeyPair(seed: [UInt8](repeating: seed, count: 32)), group: MultiThreadedEventLoopGroup.singleton, logger: quiet)
}
