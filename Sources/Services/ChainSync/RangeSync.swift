public import BeaconTypes
import Primitives

/// Fetches the blocks of a range of slots from several sources at once, and has them imported in order: a state machine
/// without network, clock or tasks.
///
/// Its owner tells it what happened (``add(_:head:)``, ``receive(_:for:now:)``, ``fail(_:now:)``,
/// ``imported(_:_:now:)``) and does what ``next(now:)`` says. Who is right is known only when blocks are imported:
///
/// - A batch with a block that breaks a rule is asked for again elsewhere, and its source pays.
/// - Where a batch does not follow what is there, somebody left blocks out, here or earlier. The batches before are asked for
///   again, from others, twice as far back each time; who had answered otherwise than what holds at last, pays.
/// - At the end whoever claims a later head than what was imported is asked for the rest alone, and gives it or pays.
///
/// So one honest source is enough: the range is fetched whatever the others do. Nothing is kept but a window of batches.
public struct RangeSync<Source: Hashable & Sendable, Block: Sendable>: Sendable {
    public typealias Link = ChainLink<Block>

    /// One question. Answers to a question that is no longer asked are left alone.
    public struct Request: Hashable, Sendable {
        public let batch: Int
        public let attempt: Int
        public let slots: Range<Slot>
        public let source: Source
    }

    /// What is to be done.
    public enum Action: Sendable {
        case request(Request)
        /// The blocks of a batch, to be imported in this order; `imported` is told how it went.
        case importBatch(Int, [Link])
        case fault(Source, SourceFault)
        /// The source is given up.
        case drop(Source)
        /// All is there that any source has.
        case finished(head: Slot)
    }

    public let setting: RangeSyncSetting
    /// The first slot.
    public let start: Slot
    /// The last slot that is asked for, where the range has an end of its own.
    public let end: Slot?
    /// The slot of the last block that was imported; before `start` while there is none.
    public internal(set) var reached: Slot
    var sources: [Source: SourceState] = [:]
    /// In the order in which they came, so that choices are the same each time.
    var order: [Source] = []
    var batches: [Int: Batch] = [:]
    /// The batch to import next.
    var turn = 0
    /// Consecutive batches that followed nothing, at the same place.
    var rewinds = 0
    var rewindPlace = -1
    var isImporting = false
    var importsAfter = 0.0
    var localFailures = 0
    var isFinished = false
    /// Whoever claims more than it has given, while it is asked for the rest alone.
    var claimant: Source?
    var actions: [Action] = []

    struct SourceState: Sendable {
        var head: Slot
        var score = SourceScore.start
        var inFlight = 0
    }

    struct Batch: Sendable {
        enum State: Sendable {
            case waiting(since: Double)
            case asked(Request, deadline: Double)
            case ready(Source, [Link])
            case imported(last: Root?)
        }

        var state: State = .waiting(since: 0)
        var attempt = 0
        var failures = 0
        /// Who answered, with which end, and on what it builds: the last few.
        var answers: [Answer] = []
        /// How often each source was asked.
        var asked: [Source: Int] = [:]
    }

    struct Answer: Sendable {
        let source: Source
        let last: Root?
        let parent: Root?
    }

    /// - Parameters:
    ///   - start: the first slot to fetch; its parent is known here.
    ///   - end: the last one to fetch, whatever the sources claim; `nil` where their heads say it.
    public init(start: Slot, end: Slot? = nil, setting: RangeSyncSetting = RangeSyncSetting()) {
        self.start = start
        self.end = end
        self.setting = setting
        reached = start > 0 ? start - 1 : 0
    }

    /// The last slot to fetch that somebody claims to have.
    public var target: Slot { sources.values.map(\.head).max() ?? 0 }

    /// Whether every source was given up.
    public var isForsaken: Bool { sources.isEmpty && !isFinished }

    /// How many batches are held: never more than a window.
    public var heldBatches: Int { batches.count }

    /// Takes a source, or what it says of its head now.
    ///
    /// - Parameter head: bounded by the caller's clock: what lies in the future is no head.
    public mutating func add(_ source: Source, head: Slot) {
        let head = min(head, end ?? head)
        if sources[source] == nil {
            order.append(source)
            sources[source] = SourceState(head: head)
        } else {
            sources[source]?.head = head
        }
        if head > reached { isFinished = false }
    }

    /// Forgets a source; what it was asked for is asked elsewhere.
    public mutating func remove(_ source: Source, now: Double) {
        guard sources.removeValue(forKey: source) != nil else { return }
        order.removeAll { $0 == source }
        if claimant == source { claimant = nil }
        for (index, batch) in batches {
            if case .asked(let request, _) = batch.state, request.source == source { batches[index]?.state = .waiting(since: now) }
        }
    }

    func slots(of batch: Int) -> Range<Slot> {
        let first = start + UInt64(batch) * setting.batchSlots
        let next = first + setting.batchSlots
        return first..<(end.map { max(first, min(next, $0 + 1)) } ?? next)
    }

    func batch(holding slot: Slot) -> Int { slot < start ? 0 : Int((slot - start) / setting.batchSlots) }

    /// What is to be done now. Each action is given once.
    public mutating func next(now: Double) -> [Action] {
        expire(now)
        handOver(now)
        ask(now)
        finish(now)
        defer { actions = [] }
        return actions
    }

    /// When `next` has something to do by the clock alone.
    public func nextDeadline(after now: Double) -> Double? {
        var times = batches.values.compactMap { batch -> Double? in
            switch batch.state {
            case .asked(_, let deadline): deadline
            case .waiting(let since): since
            default: nil
            }
        }
        if !isImporting { times.append(importsAfter) }
        return times.filter { $0 > now }.min()
    }

    /// Lets go of a batch.
    mutating func forget(_ place: Int) {
        if case .asked(let request, _) = batches[place]?.state { sources[request.source]?.inFlight -= 1 }
        batches[place] = nil
    }

    mutating func fault(_ source: Source, _ fault: SourceFault, now: Double) {
        guard sources[source] != nil else { return }
        actions.append(.fault(source, fault))
        sources[source]?.score -= fault.cost
        if let score = sources[source]?.score, score <= 0 { drop(source, now: now) }
    }

    mutating func drop(_ source: Source, now: Double) {
        guard sources[source] != nil else { return }
        remove(source, now: now)
        actions.append(.drop(source))
    }
}
