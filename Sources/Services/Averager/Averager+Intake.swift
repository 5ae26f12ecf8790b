import Aggregation
import BeaconTypes
import ContentRouting
import Logging
import LoRA
import PeerIdentity
import Primitives
import ServiceInterfaces
import UpdateCodec
import UpdateJudgement
import UpdateLife

extension Averager {
    /// Checks one announced file and gathers it. Whatever is wrong ends in the journal, never in a stopped service.
    ///
    /// A file is judged once: one that is gathered, voted on or refused is passed over when it is announced again. One
    /// that could not be fetched, or whose parent was not the head, is tried again.
    func admit(_ id: Hash32) async {
        guard !window.contains(id), checking.insert(id).inserted else { return }
        defer { checking.remove(id) }
        if let known = await updates.record(id) {
            guard !isDecided(known) else {
                logger.debug("Update judged before: \(known.stage)", metadata: ["file": "\(id.shortHex)"])
                return
            }
            if known.isFile, known.refusal != nil { await updates.apply(.readmitted, to: id) }
        }
        do {
            let gathered = try await gather(id)
            logger.info(
                "Update gathered",
                metadata: ["file": "\(id.shortHex)", "trainer": "\(gathered.trainer)", "waiting": "\(window.updates.count)"])
        } catch is CancellationError {
            return
        } catch let refused as RefusedUpdate {
            await refuse(refused, id)
            if refused.kind == .parent { remember(early: id) }
        } catch let overtaken as Overtaken {
            await pass(over: id, overtaken)
        } catch {
            await refuse(RefusedUpdate(.unavailable, "\(error)"), id)
        }
    }

    /// Fetches and checks a file, and adds it to the window.
    private func gather(_ id: Hash32) async throws -> GatheredUpdate {
        let learning = try await currentLearning().learning
        await moveWindow(to: learning.adapterRoot)
        guard let bytes = try await routing.fetch(id) else { throw RefusedUpdate(.unavailable, "nobody provides the file") }
        let update = try await check(bytes, learning: learning)
        // Everything from here to the end of the scope runs without a pause: no other file comes between.
        guard window.parent == learning.adapterRoot else { throw Overtaken(reason: "another update changed the adapter first") }
        guard !window.isFull else {
            throw RefusedUpdate(.unavailable, "\(GatheringWindow.capacity) updates wait to be judged")
        }
        if let other = window.update(of: update.metadata.publicKey) {
            throw RefusedUpdate(.repeated, "its trainer's update \(other.id.shortHex) waits on the same adapter")
        }
        if let fault = copies.check(id, update.delta), fault != .duplicate { throw RefusedUpdate(fault, lossBefore: nil) }
        window.add(update, now: node.clock.currentTime)
        return update
    }

    /// Whether what is known of a file ends the matter.
    private func isDecided(_ known: UpdateRecord) -> Bool {
        switch known.stage {
        case .refused(let refused): return !refused.kind.mayPass
        case .outvoted, .certified, .included, .finalised, .expired: return true
        case .announced, .fetched, .judged, .voted:
            // A candidate took it up: its votes are being counted, unless the node stopped in between.
            guard let slot = known.slot else { return false }
            let slots = Double(Constant.maxRevealDistance + 2) * node.clock.secondsPerSlot
            return node.clock.currentTime < node.clock.start(of: slot) + slots + setting.ackTimeout
        }
    }

    /// Reads a file and checks that it fits this chain's head; notes what it is.
    private func check(_ bytes: [UInt8], learning: LearningState) async throws -> GatheredUpdate {
        let id = SHA256.hash(bytes)
        var facts = FileFacts(bytes: bytes.count)
        do throws(UpdateFileError) {
            let file = try UpdateFile(bytes)
            facts.codec = file.codec.rawValue
            facts.trainer = (try? PeerPublicKey(message: file.metadata.publicKey))?.peerID.description
            facts.parent = file.metadata.parentAdapterRoot
            let checked = try intake(learning).check(file)
            await updates.apply(.fetched(facts), to: id)
            return GatheredUpdate(
                id: id, bytes: bytes.count, codec: file.codec, metadata: file.metadata, trainer: facts.trainer ?? "unknown",
                delta: checked.delta)
        } catch {
            await updates.apply(.announced(facts), to: id)
            throw RefusedUpdate(error)
        }
    }

    /// The checks of files on a head.
    func intake(_ learning: LearningState) -> UpdateIntake {
        UpdateIntake(baseModelRoot: learning.baseModelRoot, parent: learning.adapterRoot, layout: evaluator.layout)
    }

    /// Turns to the head's adapter: updates on the one before come too late.
    func moveWindow(to root: Hash32) async {
        guard window.parent != root else { return }
        let late = window.move(to: root)
        copies = CopyDetector()
        reviews = [:]
        draws = SliceDraws()
        for update in late {
            // It may be what changed the adapter, by the candidate of another node. Where the journal does not know that yet, the file
            // will lead to that candidate all the same: what is said here is said of the file by itself.
            guard await updates.record(update.id)?.adapter != root else { continue }
            await pass(over: update.id, Overtaken(reason: "the adapter changed first"))
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
    func refuse(_ reason: RefusedUpdate, _ id: Hash32) async {
        let record = await updates.apply(.refused(reason), to: id)
        log(reason.description, id, record, refusal: reason.kind)
    }

    /// Notes that a file came too late.
    func pass(over id: Hash32, _ overtaken: Overtaken) async {
        let record = await updates.apply(.overtaken(overtaken.reason), to: id)
        log(overtaken.reason, id, record, refusal: nil)
    }

    private func log(_ reason: String, _ id: Hash32, _ record: UpdateRecord, refusal: UpdateRefusal?) {
        var metadata: Logger.Metadata = ["file": "\(id.shortHex)"]
        if let trainer = record.file?.trainer { metadata["trainer"] = "\(trainer)" }
        if let refusal { metadata["refusal"] = "\(refusal.rawValue)" }
        logger.warning("Update \(refusal == nil ? "passed over" : "refused"): \(reason)", metadata: metadata)
    }
}
