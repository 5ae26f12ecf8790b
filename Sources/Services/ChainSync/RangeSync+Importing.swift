import BeaconTypes
import Primitives
public import ServiceInterfaces

/// How the import of a batch ended.
public enum BatchImport: Sendable, Hashable {
    /// Every block is in, or was before.
    case done
    /// The block with this index in the batch was refused; those before it are in.
    case stopped(at: Int, BlockImportFault)
}

extension RangeSync {
    /// Hands over the batch whose turn it is, once it is there.
    mutating func handOver(_ now: Double) {
        while !isImporting, now >= importsAfter, case .ready(_, let links) = batches[turn]?.state {
            guard links.isEmpty else {
                isImporting = true
                actions.append(.importBatch(turn, links))
                return
            }
            batches[turn]?.state = .imported(last: nil)
            turn += 1
        }
    }

    /// The import of a batch ended.
    public mutating func imported(_ index: Int, _ result: BatchImport, now: Double) {
        guard isImporting, index == turn, case .ready(let source, let links) = batches[index]?.state else { return }
        isImporting = false
        importsAfter = 0
        switch result {
        case .done:
            localFailures = 0
            reached = max(reached, links.last?.slot ?? reached)
            batches[index]?.state = .imported(last: links.last?.root)
            let score = sources[source]?.score ?? 0
            sources[source]?.score = min(SourceScore.start, score + SourceScore.reward)
            settle(before: index, on: links.first?.parent, now: now)
            if index >= rewindPlace { (rewinds, rewindPlace) = (0, -1) }
            turn += 1
        case .stopped(let place, let fault):
            if place > 0 { reached = max(reached, links[min(place, links.count) - 1].slot) }
            refuse(index, source, fault, isFirst: place == 0, now: now)
        }
    }

    private mutating func refuse(_ index: Int, _ source: Source, _ fault: BlockImportFault, isFirst: Bool, now: Double) {
        switch fault {
        case .local:
            localFailures += 1
            importsAfter = now + setting.pause(after: localFailures)
        case .missingParent where isFirst:
            rewind(from: index, now: now)
        case .missingParent, .invalid, .beforeFinality:
            again(index, now: now)
            self.fault(source, .invalidBlock, now: now)
        case .premature:
            let failures = (batches[index]?.failures ?? 0) + 1
            batches[index]?.failures = failures
            again(index, now: now + setting.pause(after: failures))
        }
    }

    private mutating func again(_ index: Int, now: Double) { batches[index]?.state = .waiting(since: now) }

    /// A batch follows nothing that is here: blocks before it are missing, or it is of another chain.
    private mutating func rewind(from index: Int, now: Double) {
        rewinds = rewindPlace == index ? rewinds + 1 : 1
        rewindPlace = index
        // Back over what was empty to the last batch with blocks, then twice as far each time.
        var first = index - 1
        while first > 0, case .imported(last: nil) = batches[first]?.state { first -= 1 }
        first = max(0, min(first, index - (1 << min(rewinds - 1, 20))))
        // Everything was asked for from everybody, and nothing leads to this batch: it is of another chain.
        let mostAsked = batches[index]?.asked.values.max() ?? 0
        if rewinds > sources.count + 1, first == 0, mostAsked > 1 {
            for answer in batches[index]?.answers ?? [] { fault(answer.source, .unrelatedChain, now: now) }
            (rewinds, rewindPlace) = (0, -1)
        }
        for place in Array(batches.keys) where place < first { forget(place) }
        for place in Array(batches.keys) where place <= index { again(place, now: now) }
        turn = first
    }

    /// The batches before `index` hold, because it builds on their end: whoever answered otherwise pays.
    private mutating func settle(before index: Int, on parent: Root?, now: Double) {
        var end = parent
        for place in batches.keys.sorted(by: >) where place < index {
            let answers = batches[place]?.answers ?? []
            // Where no answer ends there, the slots were empty, or the chain branched: nobody can be blamed.
            if let right = answers.first(where: { $0.last != nil && $0.last == end }) {
                for answer in answers where answer.last != end { fault(answer.source, .withheld, now: now) }
                end = right.parent
            }
            forget(place)
        }
    }

    /// Ends when nothing is left to fetch, or asks whoever claims more.
    mutating func finish(_ now: Double) {
        guard !isFinished, !isImporting, !sources.isEmpty else { return }
        guard target < start || turn > batch(holding: target) else { return }
        if target <= reached || target < start {
            claimant = nil
            isFinished = true
            actions.append(.finished(head: reached))
            return
        }
        if let claimant {
            // Asked alone, and it gave no more.
            self.claimant = nil
            fault(claimant, .withheld, now: now)
            sources[claimant]?.head = reached
            finish(now)
            return
        }
        // Who claims the most: nobody else can be asked for that batch, and nobody else can have withheld it.
        claimant = order.first { sources[$0]?.head == target }
        guard claimant != nil else { return }
        turn = batch(holding: max(reached + 1, start))
        for place in Array(batches.keys) { forget(place) }
        ask(now)
    }
}
