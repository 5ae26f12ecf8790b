import AckQuorum
import Aggregation
import BeaconTypes
import ContentRouting
import Logging
import LoRA
import PeerIdentity
import Primitives
import SSZ
import ServiceInterfaces
import UpdateCodec

/// Whose candidates on which adapter were reviewed.
struct ReviewKey: Hashable {
    let author: ValidatorIndex
    let parent: Hash32
}

/// What came of a foreign candidate (docs/protocol.md#process_ack_certificate).
enum ReviewVerdict: Sendable {
    case valid(LoRAAdapter, before: LossEvaluation, after: LossEvaluation)
    case invalid(String)
    /// It cannot be judged: silence, which accuses nobody.
    case silent(String)
}

extension Averager {
    /// Candidates of one author on one adapter that this node takes the trouble to judge.
    static let reviewLimit = 4

    /// Judges the candidates that others announce.
    func followCandidates() async {
        await withDiscardingTaskGroup { group in
            for await candidate in await routing.candidates() {
                if Task.isCancelled { break }
                group.addTask { await self.review(candidate) }
            }
        }
    }

    /// Recomputes a candidate that this node did not make, and votes on it.
    ///
    /// The author's own vote must be there first: it proves that the announcement is the author's, so nobody can make
    /// a node run its gate in another's name. A candidate of this node is live already and passed over.
    func review(_ candidate: UpdateCandidate) async {
        let id = candidate.updateID(node.spec)
        let key = ReviewKey(author: candidate.author, parent: candidate.parentAdapterRoot)
        guard live[id] == nil, reviewing.count < 1024, reviews[key, default: 0] < Self.reviewLimit, reviewing.insert(id).inserted else {
            return
        }
        defer { Task { await self.forgetReview(id, of: candidate) } }
        do {
            let deadline = node.clock.start(of: candidate.slot) + setting.ackTimeout
            guard isTimely(candidate) else { return }
            let committee = try await node.ackCommittee(slot: candidate.slot)
            guard committee.context.members.contains(candidate.author), candidate.parentAdapterRoot == committee.learning.adapterRoot else {
                return
            }
            let voters = await signer.signers(among: committee.context.members).filter { $0 != candidate.author }
            guard !voters.isEmpty, try await authorVoted(candidate, id: id, committee: committee, until: deadline) else { return }
            reviews[key, default: 0] += 1
            setLive(id, candidate)
            let verdict = try await judge(candidate, committee: committee, until: deadline)
            try await answer(verdict, to: candidate, id: id, voters: voters, committee: committee)
        } catch is CancellationError {
            return
        } catch {
            logger.warning("no vote on a candidate of validator \(candidate.author): \(error)", metadata: ["update": "\(id.shortHex)"])
        }
    }

    /// Whether the candidate's slot is now or lately; one slot ahead allows for clocks that differ.
    private func isTimely(_ candidate: UpdateCandidate) -> Bool {
        let now = node.clock.currentTime
        return candidate.slot >= 1 && node.clock.start(of: candidate.slot) - node.clock.secondsPerSlot <= now
            && now < node.clock.start(of: candidate.slot) + setting.ackTimeout
    }

    private func forgetReview(_ id: Hash32, of candidate: UpdateCandidate) async {
        try? await Task.sleep(for: .seconds(setting.ackTimeout + 2 * node.clock.secondsPerSlot))
        reviewing.remove(id)
    }

    /// Waits for the author's VALID vote.
    private func authorVoted(
        _ candidate: UpdateCandidate, id: Hash32, committee: AckCommittee, until deadline: Double
    ) async throws -> Bool {
        guard let seat = committee.context.members.firstIndex(of: candidate.author) else { return false }
        let key = AckRecord.key(updateID: id, publicKey: committee.context.publicKeys[seat])
        while node.clock.currentTime < deadline {
            for record in try await routing.records(prefix: key) {
                guard let vote = try? AckRecordEnvelope(value: record.value, spec: node.spec).vote else { continue }
                let ack = vote.message
                if vote.validatorIndex == candidate.author, ack.updateId == id, ack.verdict == UpdateAckVerdict.valid.rawValue,
                    ack.slot == candidate.slot, committee.context.verify(vote, seat: seat)
                {
                    return true
                }
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        return false
    }

    /// Recomputes the candidate from its files.
    func judge(_ candidate: UpdateCandidate, committee: AckCommittee, until deadline: Double) async throws -> ReviewVerdict {
        let learning = committee.learning
        guard candidate.baseModelRoot == learning.baseModelRoot, candidate.parentAdapterRoot == learning.adapterRoot else {
            return .silent("it is for another model or adapter than this node's head")
        }
        guard !candidate.inputs.isEmpty, candidate.selected.count == candidate.inputs.count else {
            return .invalid("the manifest names \(candidate.inputs.count) files and selects among \(candidate.selected.count)")
        }
        guard let parent = try await adapters.adapter(learning.adapterRoot) else { return .silent("this node lacks the head adapter") }
        var inputs: [AggregationInput] = []
        for input in candidate.inputs {
            guard let bytes = try await file(input.fileHash, until: deadline) else {
                return .silent("nobody provides the file \(input.fileHash.shortHex)")
            }
            do throws(UpdateFileError) {
                let file = try UpdateFile(bytes)
                let delta = try Self.verified(file, learning: learning, evaluator: evaluator)
                guard file.metadata.trainer == input.rewardAddress else {
                    return .invalid("the manifest rewards another address for \(input.fileHash.shortHex) than the file names")
                }
                inputs.append(AggregationInput(id: file.id, delta: delta, steps: file.metadata.steps))
            } catch {
                return .invalid("the file \(input.fileHash.shortHex): \(error)")
            }
        }
        return try await judge(inputs, selected: (0..<candidate.selected.count).map { candidate.selected[$0] }, on: parent)
    }

    /// Aggregates the inputs by the chain's rule, compares the choice, and runs the gate.
    private func judge(_ inputs: [AggregationInput], selected: [Bool], on parent: LoRAAdapter) async throws -> ReviewVerdict {
        let aggregate: AggregatedUpdate
        do throws(AggregationError) {
            aggregate = try AggregatedUpdate(inputs, layout: evaluator.layout)
        } catch {
            return .invalid("\(error)")
        }
        guard aggregate.selected == selected else { return .invalid("the manifest's selection is not the one that the rule makes") }
        guard let result = try? parent.adding(aggregate.delta) else { return .invalid("the adapter overflows") }
        let before = try await evaluator.evaluate(parent)
        let after = try await evaluator.evaluate(result)
        let passes = LossGateRule.passes(lossBeforeBits: before.lossBits, lossAfterBits: after.lossBits)
        logger.info(
            "Loss gate \(passes ? "passed" : "failed") on a foreign candidate",
            metadata: ["files": "\(inputs.count)", "before": "\(before.loss)", "after": "\(after.loss)"])
        guard passes else { return .invalid("Loss gate: \(before.loss) to \(after.loss) does not fall by 0.1 %") }
        return .valid(result, before: before, after: after)
    }

    private func file(_ id: Hash32, until deadline: Double) async throws -> [UInt8]? {
        while true {
            if let bytes = try await routing.fetch(id) { return bytes }
            guard node.clock.currentTime < deadline else { return nil }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Votes with what was found. INVALID votes carry no losses, so that they are all alike.
    private func answer(
        _ verdict: ReviewVerdict, to candidate: UpdateCandidate, id: Hash32, voters: [ValidatorIndex], committee: AckCommittee
    ) async throws {
        var ack = UpdateAck(
            slot: candidate.slot, anchorRoot: committee.context.anchorRoot, updateId: id, author: candidate.author,
            verdict: UpdateAckVerdict.invalid.rawValue, adapterRoot: .zero, lossBefore: 0, lossAfter: 0)
        var summary = UpdateSummary(
            updateID: id.hex, inputs: candidate.selectedInputs.map(\.fileHash.hex), status: .pending, bytes: 0)
        summary.slot = candidate.slot
        summary.committee = committee.context.members.count
        summary.quorum = Int(clamping: committee.context.quorum)
        summary.parentAdapterRoot = candidate.parentAdapterRoot.hex
        switch verdict {
        case .silent(let reason):
            live[id] = nil
            logger.notice("no vote on a candidate of validator \(candidate.author): \(reason)", metadata: ["update": "\(id.shortHex)"])
            return
        case .invalid(let reason):
            live[id] = nil
            logger.warning("candidate of validator \(candidate.author) is INVALID: \(reason)", metadata: ["update": "\(id.shortHex)"])
            summary.reason = "voted INVALID here: \(reason)"
            // Its files stay what they are: a bad manifest says nothing against them.
            summary.inputs = []
            await journal.note(summary)
        case .valid(let result, let before, let after):
            ack.verdict = UpdateAckVerdict.valid.rawValue
            ack.adapterRoot = result.root
            ack.lossBefore = before.lossBits
            ack.lossAfter = after.lossBits
            summary.lossBefore = before.loss
            summary.lossAfter = after.loss
            summary.lossBeforeBits = before.lossBits
            summary.lossAfterBits = after.lossBits
            summary.adapterRoot = result.root.hex
            summary.gateSeconds = after.seconds
            await journal.note(summary)
            try await adapters.keep(result)
        }
        await publish(ack, voters: voters, committee: committee)
    }
}
