import Logging
public import BeaconTypes
import Primitives
public import ServiceInterfaces

extension ChainSync {
    /// Blocks that wait for their parents.
    public var orphanCount: Int { orphans.count }

    /// Takes a block that came by itself: one that follows the chain is imported, and what waited for it; one whose parent is
    /// missing waits, and its parent is looked for.
    ///
    /// - Parameter source: who sent it, by its name.
    @discardableResult
    public func receive(_ block: SignedBeaconBlock, from source: String, origin: BlockOrigin) async -> BlockImportOutcome {
        await take(ChainLink(block, importer.spec), from: source, origin: origin)
    }

    private func take(_ first: ChainLink<SignedBeaconBlock>, from source: String, origin: BlockOrigin) async -> BlockImportOutcome {
        var waiting = [(link: first, source: source)]
        var firstOutcome: BlockImportOutcome?
        while let (link, source) = waiting.popLast() {
            let outcome = await importer.importBlock(link.block, from: link.root == first.root ? origin : .gossip)
            firstOutcome = firstOutcome ?? outcome
            switch outcome {
            case .imported, .alreadyKnown:
                waiting += orphans.takeChildren(of: link.root).reversed()
            case .refused(.premature):
                put(off: link, source)
                retryWhenItsSlotBegins(link.block.message.slot)
            case .refused(.local): put(off: link, source)
            case .refused(.missingParent):
                orphans.insert(link, from: source, now: clock.currentTime)
            case .refused(.invalid):
                report(source, .invalidBlock)
                orphans.discard(descendantsOf: link.root)
            case .refused(.beforeFinality):
                orphans.discard(descendantsOf: link.root)
            }
        }
        look()
        return firstOutcome ?? .alreadyKnown
    }

    private func put(off link: ChainLink<SignedBeaconBlock>, _ source: String) {
        if deferred.count < setting.orphans.blocksPerSource { deferred.append((link, source)) }
    }

    /// A block may come a little before its slot, where clocks differ: it must not wait for the next look, when all votes are cast.
    private func retryWhenItsSlotBegins(_ slot: Slot) {
        guard slot == (clock.currentSlot ?? 0) + 1, slotStart?.slot != slot else { return }
        slotStart?.task.cancel()
        slotStart = (
            slot,
            Task { [clock] in
                try? await clock.sleep(until: slot)
                guard !Task.isCancelled else { return }
                await self.slotBegan()
            }
        )
    }

    private func slotBegan() async {
        // Nobody ends what imports by now.
        slotStart = nil
        await retryDeferred()
    }

    /// Tries again what could not be imported for a passing reason.
    func retryDeferred() async {
        let again = deferred
        deferred = []
        for (link, source) in again { _ = await take(link, from: source, origin: .gossip) }
    }

    /// Asks for the parents that are missing, and sets the alarm for the next questions.
    func look() {
        search.want(orphans.missingParents)
        let now = clock.currentTime
        for request in search.next(now: now, sources: sources.keys.sorted()) {
            questions[request] = Task { [sources, logger] in
                var found: SignedBeaconBlock?
                do {
                    found = try await sources[request.source]?.blocks(roots: [request.root]).first
                } catch {
                    logger.debug("\(request.source) does not answer for block \(request.root.shortHex): \(error)")
                }
                await self.answered(request, found)
            }
        }
        setAlarm(now)
    }

    private func answered(_ request: ParentSearch<String>.Request, _ block: SignedBeaconBlock?) async {
        questions[request] = nil
        search.missed(request)
        guard !Task.isCancelled else { return }
        guard let block else { return look() }
        let link = ChainLink(block, importer.spec)
        guard link.root == request.root else {
            report(request.source, .malformed)
            return look()
        }
        _ = await take(link, from: request.source, origin: .root)
    }

    private func setAlarm(_ now: Double) {
        guard let time = search.nextDeadline(after: now), alarm.map({ time < $0.time }) ?? true else { return }
        alarm?.task.cancel()
        alarm = (
            time,
            Task {
                try? await Task.sleep(for: .seconds(max(0.01, time - now)))
                if !Task.isCancelled { self.ring() }
            }
        )
    }

    private func ring() {
        alarm = nil
        look()
    }
}
