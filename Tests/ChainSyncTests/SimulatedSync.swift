import TestSupport
import BeaconTypes
import ChainSync
import Primitives
import SSZOracle
import ServiceInterfaces

/// A block that may be one which no honest node has.
struct SimulatedBlock: Sendable, Hashable {
    var isValid = true
}

typealias SimulatedLink = ChainLink<SimulatedBlock>

/// How a simulated source answers.
enum Behaviour: CaseIterable {
    case honest, silent, failing, empty, dropsEnds, dropsMiddle, unlinked, invalid, malformed, claimsMore
}

/// A chain with empty slots, and sources of every kind that are asked for it in simulated time.
struct SimulatedSync {
    let chain: [SimulatedLink]
    let behaviours: [Behaviour]
    var random: SeededGenerator
    var machine: RangeSync<Int, SimulatedBlock>
    var known: Set<Root>
    var dropped: Set<Int> = []
    var faults: [Int: [SourceFault]] = [:]
    var largestWindow = 0
    var requests = 0
    private(set) var finished: Slot?
    private var now = 0.0
    private var pending: [(time: Double, request: RangeSync<Int, SimulatedBlock>.Request, links: [SimulatedLink]?)] = []

    init(seed: UInt64, slots: UInt64, behaviours: [Behaviour], setting: RangeSyncSetting = RangeSyncSetting()) {
        random = SeededGenerator(seed: seed)
        self.behaviours = behaviours
        var parent = Self.root(0, 0)
        known = [parent]
        var chain: [SimulatedLink] = []
        for slot in 1...slots where slot == slots || UInt64.random(in: 0..<10, using: &random) > 2 {
            let root = Self.root(slot, 0)
            chain.append(SimulatedLink(slot: slot, root: root, parent: parent, size: 1, block: SimulatedBlock()))
            parent = root
        }
        self.chain = chain
        machine = RangeSync(start: 1, setting: setting)
        for (source, behaviour) in behaviours.enumerated() {
            machine.add(source, head: behaviour == .claimsMore ? slots + 100 : slots)
        }
    }

    static func root(_ slot: UInt64, _ salt: UInt64) -> Root {
        SHA256.hash(withUnsafeBytes(of: slot) { Array($0) } + withUnsafeBytes(of: salt) { Array($0) })
    }

    /// Runs until the machine is done, has no source left, or `steps` are over.
    mutating func run(steps: Int = 100_000) {
        for _ in 0..<steps where finished == nil && !machine.isForsaken {
            var actions = machine.next(now: now)
            while !actions.isEmpty && finished == nil {
                for action in actions { perform(action) }
                actions = machine.next(now: now)
            }
            largestWindow = max(largestWindow, machine.heldBatches)
            let answer = pending.map(\.time).min()
            guard finished == nil, let next = [answer, machine.nextDeadline(after: now)].compactMap(\.self).min() else { return }
            now = next
            for (_, request, links) in pending.filter({ $0.time <= now }) {
                if let links { machine.receive(links, for: request, now: now) } else { machine.fail(request, now: now) }
            }
            pending.removeAll { $0.time <= now }
        }
        // What was decided with the last answer is still to be told.
        if machine.isForsaken { for action in machine.next(now: now) { perform(action) } }
    }

    private mutating func perform(_ action: RangeSync<Int, SimulatedBlock>.Action) {
        switch action {
        case .request(let request):
            requests += 1
            if let links = answer(request) {
                pending.append((now + Double.random(in: 0.01...0.5, using: &random), request, links))
            } else if behaviours[request.source] == .failing {
                pending.append((now + 0.1, request, nil))
            }
        case .importBatch(let index, let links): machine.imported(index, take(links), now: now)
        case .fault(let source, let fault): faults[source, default: []].append(fault)
        case .drop(let source): dropped.insert(source)
        case .finished(let head): finished = head
        }
    }

    private mutating func take(_ links: [SimulatedLink]) -> BatchImport {
        for (index, link) in links.enumerated() {
            if !known.contains(link.parent) { return .stopped(at: index, .missingParent(link.parent)) }
            if !link.block.isValid { return .stopped(at: index, .invalid("simulated")) }
            // The disk is full now and then.
            if Int.random(in: 0..<200, using: &random) == 0 { return .stopped(at: index, .local("simulated")) }
            known.insert(link.root)
        }
        return .done
    }

    private mutating func answer(_ request: RangeSync<Int, SimulatedBlock>.Request) -> [SimulatedLink]? {
        let true_ = chain.filter { request.slots.contains($0.slot) }
        let salt = UInt64.random(in: 1...UInt64.max, using: &random)
        switch behaviours[request.source] {
        case .honest, .claimsMore: return true_
        case .silent, .failing: return nil
        case .empty: return []
        case .dropsEnds: return Bool.random(using: &random) ? true_ : Array(true_.dropLast(3))
        case .dropsMiddle: return true_.filter { $0.slot % 5 != 0 }
        case .unlinked:
            var parent = Self.root(request.slots.lowerBound, salt)
            return true_.map { link in
                let root = Self.root(link.slot, salt)
                defer { parent = root }
                return SimulatedLink(slot: link.slot, root: root, parent: parent, size: 1, block: link.block)
            }
        case .invalid:
            guard let last = true_.last else { return [] }
            let bad = SimulatedLink(
                slot: last.slot, root: Self.root(last.slot, salt), parent: last.parent, size: 1, block: SimulatedBlock(isValid: false))
            return true_.dropLast() + [bad]
        case .malformed: return true_.reversed() + true_
        }
    }
}
