import AckQuorum
import Aggregation
import BeaconTypes
import Logging
import LoRA
import Primitives
import ServiceInterfaces
import UpdateJudgement
import UpdateLife

/// A candidate that passed the gate here.
struct JudgedCandidate: Sendable {
    var candidate: CandidateSearch.Candidate
    var updates: [GatheredUpdate]
    var refusals: [Hash32: RejectionReason]
    var parent: LoRAAdapter
    var result: LoRAAdapter
    var before: LossEvaluation
    var after: LossEvaluation
    /// Seconds of all gate runs of the search.
    var seconds: Double

    var measured: MeasuredCandidate { MeasuredCandidate(parent: parent, result: result, before: before, after: after) }

    /// For the journal.
    ///
    /// - Parameter ack: what the slice showed; `nil` before it is drawn.
    func judgement(_ ack: UpdateAck? = nil, sliceSeconds: Double = 0) -> Judgement {
        Judgement(
            lossBefore: before.lossBits, lossAfter: after.lossBits, adapter: result.root, seconds: seconds + sliceSeconds,
            slice: ack.flatMap(SliceJudgement.init))
    }

    /// The files that the aggregation took, in the manifest's order.
    var taken: [GatheredUpdate] {
        zip(candidate.inputs, candidate.selected).compactMap { input, isTaken in isTaken ? updates.first { $0.id == input.id } : nil }
    }
}

extension Averager {
    /// Makes a candidate when the window is due, no other one on this adapter is being voted on, and this node has a
    /// vote. Whatever goes wrong leaves the updates to be tried again, or their reasons in the journal.
    func proposeIfDue() async {
        guard !isProposing, window.isDue(now: node.clock.currentTime, expected: setting.expectedTrainers, length: setting.window) else {
            return
        }
        isProposing = true
        defer { isProposing = false }
        var batch: [GatheredUpdate] = []
        do {
            let committee = try await currentLearning()
            await moveWindow(to: committee.learning.adapterRoot)
            guard !window.updates.isEmpty, !hasLiveCandidate(on: committee.learning.adapterRoot) else { return }
            guard try await hasVoters(committee) else { return }
            batch = window.take()
            guard let judged = try await search(batch, root: committee.learning.adapterRoot) else { return }
            try await vote(on: judged)
        } catch is CancellationError {
            return
        } catch let refused as RefusedUpdate {
            for update in batch { await refuse(refused, update.id) }
        } catch let overtaken as Overtaken {
            for update in batch { await pass(over: update.id, overtaken) }
        } catch {
            logger.warning("cannot judge \(batch.count) updates now: \(error)")
            window.putBack(batch, now: node.clock.currentTime)
        }
    }

    /// Whether this node has validators in the committee; without one it gathers and stays silent.
    private func hasVoters(_ committee: AckCommittee) async throws -> Bool {
        if await !signer.signers(among: committee.context.members).isEmpty { return true }
        if !saidItHasNoVoters {
            saidItHasNoVoters = true
            logger.notice("no validator of this node is in the committee of slot \(committee.slot); updates wait")
        }
        return false
    }

    func hasLiveCandidate(on parent: Hash32) -> Bool {
        let now = node.clock.currentTime
        live = live.filter { $0.value.until > now }
        return live.values.contains { $0.parent == parent }
    }

    /// Runs the gate until a combination passes; `nil` when none does, with the reasons in the journal.
    private func search(_ batch: [GatheredUpdate], root: Hash32) async throws -> JudgedCandidate? {
        guard let parent = try await adapters.adapter(root) else {
            throw RefusedUpdate(.unavailable, "this node does not hold the head adapter \(root)")
        }
        let before = try await evaluator.evaluate(parent)
        var proposal = Proposal(batch.map(\.input), on: parent)
        var measured: [Hash32: LossEvaluation] = [:]
        var seconds = 0.0
        while true {
            switch proposal.next() {
            case .measure(let adapter):
                guard try await currentLearning().learning.adapterRoot == root else {
                    throw Overtaken(reason: "another update changed the adapter while the gate ran")
                }
                let after = try await evaluator.evaluate(adapter)
                measured[adapter.root] = after
                seconds += after.seconds
                let passes = LossGateRule.passes(lossBeforeBits: before.lossBits, lossAfterBits: after.lossBits)
                logger.info(
                    "Loss gate \(passes ? "passed" : "failed")",
                    metadata: [
                        "files": "\(batch.count)", "measurement": "\(proposal.measurements)", "before": "\(before.loss)",
                        "after": "\(after.loss)", "seconds": "\((after.seconds * 100).rounded() / 100)",
                    ])
                proposal.record(passes: passes, loss: after.loss)
            case .found(let candidate, let result):
                let after: LossEvaluation
                if let known = measured[result.root] { after = known } else { after = try await evaluator.evaluate(result) }
                for update in batch {
                    if let reason = proposal.refusals[update.id] {
                        await refuse(RefusedUpdate(reason, lossBefore: before.loss), update.id)
                    }
                }
                return JudgedCandidate(
                    candidate: candidate, updates: batch, refusals: proposal.refusals, parent: parent, result: result,
                    before: before, after: after, seconds: seconds)
            case .nothing:
                for update in batch {
                    let reason = proposal.refusals[update.id] ?? .failsTogether
                    await refuse(RefusedUpdate(reason, lossBefore: before.loss), update.id)
                }
                return nil
            }
        }
    }
}
