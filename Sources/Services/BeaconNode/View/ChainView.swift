public import BeaconTypes
import ChainStore
public import ForkChoice
import LightClient
public import Primitives
public import ServiceInterfaces
import StateTransition

/// The chain as a node sees it at one moment: head, fork choice and finality, with the blocks and states that it holds.
///
/// The importer publishes one after each change; everybody else reads the latest and waits for nobody. It is a value whose
/// parts are shared with the importer until that changes them: publishing costs a few references, whatever the registry's size.
public struct ChainView: Sendable {
    let archive: ChainArchive
    private let contents: Contents

    /// Behind a reference, so that a view is two words to pass around.
    final class Contents: Sendable {
        let forkChoice: ForkChoice
        let head: ChainHead
        let finalized: Checkpoint
        let confirmedRoot: Root
        let lightClient: LightClientCollector

        init(
            forkChoice: ForkChoice, head: ChainHead, finalized: Checkpoint, confirmedRoot: Root, lightClient: LightClientCollector
        ) {
            self.forkChoice = forkChoice
            self.head = head
            self.finalized = finalized
            self.confirmedRoot = confirmedRoot
            self.lightClient = lightClient
        }
    }

    init(_ archive: ChainArchive, _ contents: Contents) {
        self.archive = archive
        self.contents = contents
    }

    public var spec: BeaconSpec { archive.spec }
    public var clock: SlotClock { archive.clock }
    public var genesisRoot: Root { archive.genesisRoot }
    public var genesisValidatorsRoot: Root { archive.genesisValidatorsRoot }
    public var forkChoice: ForkChoice { contents.forkChoice }
    public var head: ChainHead { contents.head }
    public var finalized: Checkpoint { contents.finalized }
    /// The newest block that the fast confirmation rule confirms.
    public var confirmedRoot: Root { contents.confirmedRoot }
    var lightClient: LightClientCollector { contents.lightClient }

    /// The slot of the clock, or the head's where that is later.
    var currentSlot: Slot { max(clock.currentSlot ?? 0, head.slot) }

    /// The last slot whose canonical block is finalised.
    var finalizedSlot: Slot { finalized.epoch * spec.preset.slotsPerEpoch }

    /// The state after a known block.
    func state(after root: Root) throws -> CachedBeaconState {
        root == head.root ? head.state : try archive.state(after: root)
    }
}

extension ChainView {
    /// Whether the block is in the tree although its payload has not been validated.
    public func isOptimistic(_ root: Root) -> Bool { forkChoice.isOptimistic(root) }

    /// Refuses to vote for a block or build on one whose payload has not been validated (`sync/optimistic.md`).
    func demandValidated(_ root: Root) throws {
        if isOptimistic(root) { throw BeaconNodeError.optimisticHead(root) }
    }
}
