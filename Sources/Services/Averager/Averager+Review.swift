import AckQuorum
import BeaconTypes
import ContentRouting
import Logging
import LoRA
import Primitives
import ServiceInterfaces
import SSZ
import UpdateJudgement
import UpdateLife

/// Whose candidates on which adapter were reviewed.
struct ReviewKey: Hashable {
    let author: ValidatorIndex
    let parent: Hash32
}

/// What came of a foreign candidate (docs/protocol.md#process_ack_certificate).
enum ReviewVerdict: Sendable {
    /// The gate was run on files that were here at this time.
    case measured(MeasuredCandidate, since: Double)
    /// Its parts do not fit together: there was nothing to run the gate on.
    case invalid(ManifestFault)
    /// It cannot be judged: silence, which accuses nobody.
    case silent(String)

    /// Whether the slice still decides.
    var mayPass: Bool {
        guard case .measured(let measured, _) = self else { return false }
        return LossGateRule.passes(lossBeforeBits: measured.before.lossBits, lossAfterBits: measured.after.lossBits)
    }
}

extension Averager {
    /// Candidates of one author on one adapter that this node takes the trouble to judge within ``reviewMemory`` seconds.
    static let reviewLimit = 4
    static let reviewMemory = 300.0

    /// Judges the candidates that others announce.
    func followCandidates(_ backed: AsyncStream<UpdateCandidate>) async {
        await withDiscardingTaskGroup { group in
            for await candidate in backed {
                if Task.isCancelled { break }
                group.addTask { await self.review(candidate) }
            }
        }
    }

    /// Recomputes a candidate that this node did not make and whose author stands by it, and votes on it. A candidate of
    /// this node is live already and passed over.
    func review(_ candidate: UpdateCandidate) async {
        let id = candidate.updateID(node.spec)
        let key = ReviewKey(author: candidate.author, parent: candidate.parentAdapterRoot)
        let now = node.clock.currentTime
        reviewing = reviewing.filter { $0.value > now }
        let begun = (reviews[key] ?? []).filter { now - $0 < Self.reviewMemory }
        guard live[id] == nil, reviewing[id] == nil, reviewing.count < 1024, begun.count < Self.reviewLimit else { return }
        reviewing[id] = now + setting.ackTimeout + Double(Constant.maxRevealDistance + 2) * node.clock.secondsPerSlot
        do {
            guard isTimely(candidate) else { return }
            let committee = try await node.ackCommittee(slot: candidate.slot)
            guard committee.context.members.contains(candidate.author), candidate.parentAdapterRoot == committee.learning.adapterRoot else {
                return
            }
            let voters = await signer.signers(among: committee.context.members).filter { $0 != candidate.author }
            guard !voters.isEmpty, draws.enter(candidate, id, at: node.clock.currentSlot ?? 0) else { return }
            reviews[key] = begun + [now]
            setLive(id, candidate)
            let verdict = try await judge(candidate, committee: committee)
            if case .silent(let reason) = verdict { return stayOut(id, candidate, reason) }
            // What cannot pass any more keeps nobody waiting.
            if !verdict.mayPass { live[id] = nil }
            guard let revealed = try await reveal(of: candidate, committeeSize: committee.context.members.count) else {
                reviews[key]?.removeAll { $0 == now }
                return stayOut(id, candidate, "no block reveals its slice")
            }
            guard draws.mayDraw(candidate, id) else {
                return stayOut(id, candidate, "its files have had a draw on this adapter, or another candidate of theirs comes before it")
            }
            draws.reveal(candidate, id)
            if verdict.mayPass { setLive(id, candidate, revealed: revealed.committee.slot) }
            try await answer(verdict, to: candidate, id: id, voters: voters, revealed: revealed)
        } catch let overtaken as Overtaken {
            stayOut(id, candidate, overtaken.reason)
        } catch is CancellationError {
            return
        } catch {
            logger.warning("no vote on a candidate of validator \(candidate.author): \(error)", metadata: ["update": "\(id.shortHex)"])
        }
    }

    /// Says nothing on a candidate, which accuses nobody.
    private func stayOut(_ id: Hash32, _ candidate: UpdateCandidate, _ reason: String) {
        live[id] = nil
        logger.notice("no vote on a candidate of validator \(candidate.author): \(reason)", metadata: ["update": "\(id.shortHex)"])
    }

    /// Whether the candidate's slot is now or lately; one slot ahead allows for clocks that differ.
    private func isTimely(_ candidate: UpdateCandidate) -> Bool {
        let now = node.clock.currentTime
        return candidate.slot >= 1 && node.clock.start(of: candidate.slot) - node.clock.secondsPerSlot <= now
            && now < node.clock.start(of: candidate.slot) + setting.ackTimeout
    }

    /// Recomputes the candidate from its files.
    func judge(_ candidate: UpdateCandidate, committee: AckCommittee) async throws -> ReviewVerdict {
        let learning = committee.learning
        guard candidate.baseModelRoot == learning.baseModelRoot, candidate.parentAdapterRoot == learning.adapterRoot else {
            return .silent("it is for another model or adapter than this node's head")
        }
        guard !candidate.inputs.isEmpty, candidate.selected.count == candidate.inputs.count else {
            return .invalid(.empty(files: candidate.inputs.count, choices: candidate.selected.count))
        }
        guard let parent = try await adapters.adapter(learning.adapterRoot) else { return .silent("this node lacks the head adapter") }
        var (entries, files): ([ManifestEntry], [[UInt8]]) = ([], [])
        for (index, input) in candidate.inputs.enumerated() {
            guard let bytes = try await file(input.fileHash, slot: candidate.slot) else {
                return .silent("nobody provides the file \(input.fileHash.shortHex)")
            }
            entries.append(
                ManifestEntry(file: input.fileHash, reward: input.rewardAddress, isSelected: candidate.selected[index]))
            files.append(bytes)
        }
        let since = node.clock.currentTime
        let result: LoRAAdapter
        do throws(ManifestFault) {
            result = try ManifestReview.result(entries, files: files, intake: intake(learning), parent: parent)
        } catch {
            return .invalid(error)
        }
        return .measured(try await measure(result, on: parent, files: files.count), since: since)
    }

    /// Runs the gate on what the manifest leads to.
    private func measure(_ result: LoRAAdapter, on parent: LoRAAdapter, files: Int) async throws -> MeasuredCandidate {
        let before = try await evaluator.evaluate(parent)
        let after = try await evaluator.evaluate(result)
        let passes = LossGateRule.passes(lossBeforeBits: before.lossBits, lossAfterBits: after.lossBits)
        logger.info(
            "Loss gate \(passes ? "passed" : "failed") on a foreign candidate",
            metadata: ["files": "\(files)", "before": "\(before.loss)", "after": "\(after.loss)"])
        return MeasuredCandidate(parent: parent, result: result, before: before, after: after)
    }

    /// The file, once somebody provides it; `nil` when nobody does before the votes on a candidate of `slot` are due.
    private func file(_ id: Hash32, slot: Slot) async throws -> [UInt8]? {
        if let bytes = try await routing.fetch(id) { return bytes }
        let announced = await routing.announcedBlobs()
        // It may have come before the subscription began.
        if let bytes = try await routing.fetch(id) { return bytes }
        let (clock, routing, fraction) = (node.clock, self.routing, setting.ackTimeout / node.clock.secondsPerSlot)
        return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            group.addTask {
                for await other in announced where other == id {
                    if let bytes = try await routing.fetch(id) { return bytes }
                }
                return nil
            }
            group.addTask {
                try await clock.sleep(until: slot, fraction: fraction)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    /// Votes with what was found. An INVALID vote states the adapter and its losses where the gate was run, and nothing else, so
    /// that all who judge alike say the same.
    private func answer(
        _ verdict: ReviewVerdict, to candidate: UpdateCandidate, id: Hash32, voters: [ValidatorIndex], revealed: RevealedCandidate
    ) async throws {
        let committee = revealed.committee
        let statement: AckStatement
        switch verdict {
        case .silent: return
        case .invalid(let fault):
            await contest(id, candidate, fault)
            let context = committee.context
            let ack = UpdateAck(
                slot: committee.slot, anchorRoot: context.anchorRoot, updateId: id, author: candidate.author,
                verdict: UpdateAckVerdict.invalid.rawValue, adapterRoot: .zero, lossBefore: 0, lossAfter: 0,
                sliceSeed: context.sliceSeed(id))
            statement = AckStatement(withoutGate: ack)
        case .measured(let measured, let since):
            // What came later may have been made for the slice: who makes the last of the blocks that reveal it knows it once the others
            // are there.
            guard since < node.clock.start(of: revealed.firstSlot) else {
                return stayOut(id, candidate, "it came after the slot of the first block that reveals its slice had begun")
            }
            let seconds: Double
            (statement, seconds) = try await self.statement(on: candidate, id: id, measured, revealed: committee)
            let ack = statement.ack
            if ack.verdict == UpdateAckVerdict.valid.rawValue {
                let judgement = Judgement(
                    lossBefore: ack.lossBefore, lossAfter: ack.lossAfter, adapter: ack.adapterRoot,
                    seconds: measured.after.seconds + seconds, slice: SliceJudgement(ack))
                await updates.apply(.judged(judgement), to: id)
                try await adapters.keep(measured.result)
            } else if LossGateRule.passes(lossBeforeBits: ack.lossBefore, lossAfterBits: ack.lossAfter) {
                draws.fail(candidate)
                await contest(id, candidate, .slice(SliceFault(ack, committee.learning).description))
            } else {
                await contest(id, candidate, .gate(before: measured.before.loss, after: measured.after.loss))
            }
        }
        await candidates.judged(statement, of: candidate)
        await publish(statement, voters: voters, committee: committee)
    }

    private func contest(_ id: Hash32, _ candidate: UpdateCandidate, _ fault: ManifestFault) async {
        live[id] = nil
        logger.warning("candidate of validator \(candidate.author) is INVALID: \(fault)", metadata: ["update": "\(id.shortHex)"])
        await updates.apply(.contested(fault.description), to: id)
    }
}
