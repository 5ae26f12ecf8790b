import BeaconTypes
import ForkChoice
import GossipValidation
import PolTestChain
import Primitives
import StateTransition

/// A `pol` chain of five validators that had no block since genesis, at slot 5.
struct GossipFixture {
    static let slot: Slot = 5

    let chain: TestChain
    let gossip: GossipChain

    init() throws {
        let chain = try TestChain(count: 5, slot: Self.slot)
        self.chain = chain
        let root = try chain.state.getBlockRootAtSlot(0)
        gossip = GossipChain(
            forkChoice: ForkChoice(anchorRoot: root, anchorState: chain.genesis), headRoot: root, headState: chain.genesis,
            stateAfter: { $0 == root ? chain.genesis : nil },
            stateKnowing: { epoch, _ in
                var state = chain.genesis
                guard epoch <= 2 * Self.slot, (try? state.processSlots(to: epoch)) != nil else { return nil }
                return state
            })
    }

    /// A second into a slot, in milliseconds.
    func time(_ slot: Slot) -> UInt64 { (TestChain.genesisTime + 12 * slot + 1) * 1000 }

    /// Now.
    var now: UInt64 { time(Self.slot) }
}
