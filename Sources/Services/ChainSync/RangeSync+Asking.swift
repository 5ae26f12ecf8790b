import BeaconTypes
import Primitives

extension RangeSync {
    /// Asks for the batches of the window that nobody is asked for.
    mutating func ask(_ now: Double) {
        guard !isFinished, !sources.isEmpty else { return }
        let last = batch(holding: target)
        guard turn <= last, target >= start else { return }
        for index in turn...min(last, turn + setting.aheadBatches - 1) {
            let known = batches[index] ?? Batch()
            batches[index] = known
            guard case .waiting(let since) = known.state, since <= now, let source = source(for: known, index) else { continue }
            var batch = known
            batch.attempt += 1
            batch.asked[source, default: 0] += 1
            let request = Request(batch: index, attempt: batch.attempt, slots: slots(of: index), source: source)
            batch.state = .asked(request, deadline: now + setting.timeout)
            batches[index] = batch
            sources[source]?.inFlight += 1
            actions.append(.request(request))
        }
    }

    /// Who is to be asked: of those who have the whole batch, and were asked least for it, the best, then the idlest. While
    /// they are all busy the batch waits: whoever was asked before is not asked again before everybody was.
    private func source(for batch: Batch, _ index: Int) -> Source? {
        // Who ends inside the batch would be blamed for what it never said it had.
        let last = min(slots(of: index).upperBound - 1, target)
        let able = order.filter { source in
            (claimant == nil || claimant == source) && sources[source]?.head ?? 0 >= last
        }
        let least = able.map { batch.asked[$0] ?? 0 }.min()
        func key(_ source: Source) -> (Int, Int) { (-(sources[source]?.score ?? 0), sources[source]?.inFlight ?? 0) }
        return able.filter { batch.asked[$0] ?? 0 == least && sources[$0]?.inFlight ?? 0 < setting.requestsPerSource }
            .min { key($0) < key($1) }
    }

    /// Gives up questions that nobody answered in time.
    mutating func expire(_ now: Double) {
        for index in batches.keys.sorted() {
            guard case .asked(let request, let deadline) = batches[index]?.state, deadline <= now else { continue }
            retry(request, now: now)
            fault(request.source, .stalled, now: now)
        }
    }

    private mutating func retry(_ request: Request, now: Double) {
        sources[request.source]?.inFlight -= 1
        guard var batch = batches[request.batch] else { return }
        batch.failures += 1
        // Another source may be asked at once.
        let others = sources.count > 1 && batch.failures < sources.count
        batch.state = .waiting(since: others ? now : now + setting.pause(after: batch.failures))
        batches[request.batch] = batch
    }

    private func isAsked(_ request: Request) -> Bool {
        if case .asked(let open, _) = batches[request.batch]?.state { open == request } else { false }
    }

    /// The question came back without an answer.
    public mutating func fail(_ request: Request, now: Double) {
        guard isAsked(request) else { return }
        retry(request, now: now)
        fault(request.source, .failed, now: now)
    }

    /// An answer came.
    public mutating func receive(_ links: [Link], for request: Request, now: Double) {
        guard isAsked(request) else { return }
        guard Self.isChain(links, in: request.slots) else {
            retry(request, now: now)
            fault(request.source, .malformed, now: now)
            return
        }
        sources[request.source]?.inFlight -= 1
        guard var batch = batches[request.batch] else { return }
        batch.state = .ready(request.source, links)
        batch.answers.append(Answer(source: request.source, last: links.last?.root, parent: links.first?.parent))
        if batch.answers.count > 16 { batch.answers.removeFirst() }
        batches[request.batch] = batch
    }

    /// Whether each block follows the one before, all in the slots.
    static func isChain(_ links: [Link], in slots: Range<Slot>) -> Bool {
        links.allSatisfy { slots.contains($0.slot) }
            && zip(links, links.dropFirst()).allSatisfy { $0.slot < $1.slot && $0.root == $1.parent }
    }
}
