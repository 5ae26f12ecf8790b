import Aggregation
import BeaconTypes
import ContentRouting
import Logging
import LoRA
import PeerIdentity
import Primitives
import ServiceInterfaces
import UpdateCodec

extension Averager {
    /// Checks one announced file and gathers it. Whatever is wrong ends in the journal, never in a stopped service.
    ///
    /// A file is judged once: one that is gathered, voted on or refused is passed over when it is announced again. One
    /// that could not be fetched, or whose parent was not the head, is tried again.
    func admit(_ id: Hash32) async {
        guard !window.contains(id), checking.insert(id).inserted else { return }
        defer { checking.remove(id) }
        if let known = await journal.summary(id), isDecided(known) {
            logger.debug("Update judged before: \(known.status.rawValue)", metadata: ["file": "\(id.shortHex)"])
            return
        }
        var gathered: GatheredUpdate?
        do {
            let learning = try await currentLearning().learning
            await moveWindow(to: learning.adapterRoot)
            guard let bytes = try await routing.fetch(id) else {
                throw UpdateRejection(.unavailable, "nobody provides the file")
            }
            let update = try await check(bytes, learning: learning)
            // Everything from here to the end of the scope runs without a pause: no other file comes between.
            guard window.parent == learning.adapterRoot else {
                throw UpdateRejection(nil, "another update changed the adapter first", status: .expired)
            }
            guard !window.isFull else { throw UpdateRejection(.unavailable, "\(GatheringWindow.capacity) updates wait to be judged") }
            if let other = window.update(of: update.metadata.publicKey) {
                throw UpdateRejection(.repeated, "its trainer's update \(other.id.shortHex) waits on the same adapter")
            }
            if let fault = copies.check(id, update.delta), fault != .duplicate {
                throw UpdateRejection(fault, lossBefore: nil)
            }
            window.add(update, now: node.clock.currentTime)
            gathered = update
        } catch is CancellationError {
            return
        } catch let rejection as UpdateRejection {
            await record(rejection, of: id)
            if rejection.kind == .parent { remember(early: id) }
        } catch let error as UpdateFileError {
            await record(UpdateRejection(error), of: id)
        } catch {
            await record(UpdateRejection(.unavailable, "\(error)"), of: id)
        }
        if let gathered {
            logger.info(
                "Update gathered",
                metadata: ["file": "\(id.shortHex)", "trainer": "\(gathered.trainer)", "waiting": "\(window.updates.count)"])
        }
    }

    /// Whether a file's entry in the journal ends the matter.
    private func isDecided(_ known: UpdateSummary) -> Bool {
        if let refusal = known.refusal { return refusal != .unavailable && refusal != .parent && refusal != .repeated }
        switch known.status {
        case .rejected: return known.bytes > 0
        case .invalid, .valid, .included, .finalized, .expired: return true
        case .pending:
            // A candidate took it up: its votes are being counted, unless the node stopped in between.
            guard let slot = known.slot else { return false }
            return node.clock.currentTime < node.clock.start(of: slot) + setting.ackTimeout + 2 * node.clock.secondsPerSlot
        }
    }

    /// Reads a file and checks that it fits this chain's head; notes what it is.
    private func check(_ bytes: [UInt8], learning: LearningState) async throws -> GatheredUpdate {
        let id = SHA256.hash(bytes)
        var summary = UpdateSummary(updateID: id.hex, inputs: [id.hex], status: .pending, bytes: bytes.count)
        do {
            let file = try UpdateFile(bytes)
            let trainer = (try? PeerPublicKey(message: file.metadata.publicKey))?.peerID.description
            summary.codec = file.codec.rawValue
            summary.trainer = trainer
            summary.parentAdapterRoot = file.metadata.parentAdapterRoot.hex
            let delta = try Self.verified(file, learning: learning, evaluator: evaluator)
            await journal.note(summary)
            return GatheredUpdate(
                id: id, bytes: bytes.count, codec: file.codec, metadata: file.metadata, trainer: trainer ?? "unknown", delta: delta)
        } catch {
            await journal.note(summary)
            throw error
        }
    }

    /// A file's change, after every check that needs no other file: base model, parent, signature, form, values.
    static func verified(
        _ file: UpdateFile, learning: LearningState, evaluator: any LossEvaluator
    ) throws(UpdateFileError) -> LoRADelta {
        try file.check(baseModelRoot: learning.baseModelRoot, parentAdapterRoot: learning.adapterRoot)
        try file.verify { publicKey, message, signature in
            (try? PeerPublicKey(message: publicKey))?.verify(signature, of: message) ?? false
        }
        return try file.delta(layout: evaluator.layout)
    }

    /// Turns to the head's adapter: updates on the one before come too late.
    func moveWindow(to root: Hash32) async {
        guard window.parent != root else { return }
        let late = window.move(to: root)
        copies = CopyDetector()
        reviews = [:]
        for update in late {
            await record(UpdateRejection(nil, "another update changed the adapter first", status: .expired), of: update.id)
        }
        let again = early.filter { node.clock.currentTime - $0.since < 4 * node.clock.secondsPerSlot }
        early = []
        for (id, _) in again { await admit(id) }
    }

    private func remember(early id: Hash32) {
        guard early.count < GatheringWindow.capacity, !early.contains(where: { $0.id == id }) else { return }
        early.append((id, node.clock.currentTime))
    }

    /// Notes why a file was refused.
    func record(_ rejection: UpdateRejection, of id: Hash32) async {
        var summary = await journal.summary(id) ?? UpdateSummary(updateID: id.hex, inputs: [id.hex], status: rejection.status, bytes: 0)
        var metadata: Logger.Metadata = ["file": "\(id.shortHex)"]
        if let trainer = summary.trainer { metadata["trainer"] = "\(trainer)" }
        if let kind = rejection.kind { metadata["refusal"] = "\(kind.rawValue)" }
        logger.warning("Update refused: \(rejection.reason)", metadata: metadata)
        guard summary.status == .pending || summary.status == .rejected else { return }
        summary.status = rejection.status
        summary.refusal = rejection.kind
        summary.reason = rejection.reason
        // The journal is JSON, which has no NaN; the reason names it.
        summary.lossBefore = rejection.lossBefore.flatMap { $0.isFinite ? $0 : nil }
        summary.lossAfter = rejection.lossAfter.flatMap { $0.isFinite ? $0 : nil }
        await journal.note(summary)
    }
}
