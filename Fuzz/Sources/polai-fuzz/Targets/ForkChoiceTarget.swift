import BeaconTypes
import ForkChoice
import FuzzDriver
import Primitives

extension FuzzTarget {
    /// The input is a sequence of events on a small tree of made-up blocks.
    static let forkChoice = FuzzTarget("fork-choice", "sequences of fork choice events, and the store's own bytes", maximumLength: 1024) {
        _ in
        let anchor = ForkChoiceEvents.node(0, parent: 255, slot: 0)
        let balances = JustifiedBalances(
            effectiveBalances: [32, 32, 64, .max], voteWeights: [32, 32, 64, 1 << 60], minimumTotal: 1)
        let empty = ForkChoice(anchor: anchor, genesisTime: 0, balances: balances, settings: ForkChoiceSettings(.minimal))
        let seeds: [[UInt8]] = [
            [0, 1, 1, 1, 0, 1, 2, 2, 1, 2, 0, 3, 3, 0, 1, 2, 0, 0, 4, 5, 0, 6, 7],
            [0, 9, 1, 1, 0, 1, 0, 0, 1, 2, 1, 8, 1, 0, 0, 20, 1, 3, 2, 16, 1, 1, 5, 1, 6, 7, 8],
            [9] + empty.encoded(),
        ]
        return Prepared(seeds: seeds) { bytes in
            if bytes.first == 9 {
                var store = try ForkChoice(decoding: Array(bytes.dropFirst()), settings: ForkChoiceSettings(.minimal))
                promise((try? ForkChoice(decoding: store.encoded(), settings: store.settings))?.encoded() == store.encoded(), "store bytes")
                store.onTick(timeMs: store.timeMs &+ 6000)
                _ = try store.getHead()
                _ = store.prune()
                return
            }
            var events = ForkChoiceEvents(store: empty, balances: balances, input: FuzzInput(bytes))
            events.run()
        }
    }
}

private struct ForkChoiceEvents {
    var store: ForkChoice
    let balances: JustifiedBalances
    var input: FuzzInput

    static func root(_ id: UInt8) -> Root { SHA256.hash([id]) }

    static func node(
        _ id: UInt8, parent: UInt8, slot: Slot, justified: Checkpoint = Checkpoint(), unrealized: Checkpoint = Checkpoint()
    ) -> ProtoNode {
        ProtoNode(
            root: root(id), parentRoot: root(parent), slot: slot, proposerIndex: UInt64(id), executionBlockHash: .zero,
            justified: justified, finalized: Checkpoint(), unrealizedJustified: unrealized, unrealizedFinalized: justified)
    }

    mutating func checkpoint() -> Checkpoint { Checkpoint(epoch: input.number(), root: Self.root(input.byte())) }

    mutating func run() {
        while !input.isEmpty {
            switch input.byte() % 9 {
            case 0:
                store.onTick(
                    timeMs: store.timeMs.addingReportingOverflow(input.number().multipliedReportingOverflow(by: 1500).partialValue)
                        .partialValue)
            case 1:
                let (id, parent, slot) = (input.byte(), input.byte(), input.number())
                let isPlain = input.flag()
                let node = Self.node(
                    id, parent: parent, slot: slot, justified: isPlain ? Checkpoint() : checkpoint(),
                    unrealized: isPlain ? Checkpoint() : checkpoint())
                let known = input.flag() ? balances : nil
                try? store.onBlock(node) { _ in known }
            case 2:
                let data = AttestationData(
                    slot: input.number(), index: 0, beaconBlockRoot: Self.root(input.byte()), source: Checkpoint(), target: checkpoint())
                let indices = [UInt64(input.byte() % 5)]
                try? store.onAttestation(
                    IndexedAttestation(attestingIndices: indices, data: data, signature: BLSSignature()), isFromBlock: input.flag())
            case 3: store.onAttesterSlashing([input.number()])
            case 4: _ = try? store.weight(of: Self.root(input.byte()))
            case 5: _ = store.remove(Self.root(input.byte()))
            case 6: _ = store.prune()
            case 7:
                guard let copy = try? ForkChoice(decoding: store.encoded(), settings: store.settings) else {
                    promise((try? store.getHead()) == nil, "a store that has a head is not read back")
                    continue
                }
                promise(copy.encoded() == store.encoded(), "a store changes in its bytes")
                promise((try? copy.getHead()) == (try? store.getHead()), "a store read back has another head")
            default:
                if let head = try? store.getHead() {
                    promise(store.contains(head), "the head is no block of the store")
                    _ = try? store.getProposerHead(head, slot: input.number(), headCommittee: [UInt64(input.byte()), input.number()])
                }
            }
        }
        _ = try? store.getHead()
    }
}
