import ContentRouting
import LearningStore
import LoRA
import Logging
public import Primitives
public import ServiceInterfaces
import UpdateCodec
import UpdateJudgement
import UpdateLedger
import UpdateLife

/// What a trainer in another process asks for.
extension AIEngine: TrainerGateway {
    /// Update files of one adapter that may wait to be judged.
    static let waitingLimit = 64

    public func adapterBytes(root: Hash32) async throws -> [UInt8]? { try await adapter(root)?.bytes }

    public func changes() async -> AsyncStream<Void> {
        .learningSigns(await ledger.transitions(), await node.learningMoves())
    }

    public func submit(_ file: [UInt8]) async throws -> Hash32 {
        let update: CheckedUpdate
        do throws(UpdateFileError) {
            update = try UpdateIntake(
                baseModelRoot: setting.baseModelRoot, parent: headRoot, layout: setting.layout
            ).check(file)
        } catch {
            throw SubmissionError.refused(RefusedUpdate(error))
        }
        if let known = await ledger.record(update.id) {
            if case .refused = known.stage {} else { return update.id }
        }
        let head = headRoot
        let waiting = await ledger.latest(2 * Self.waitingLimit).count { $0.stage.isOpen && $0.isFile && $0.parent == head }
        guard waiting < Self.waitingLimit else { throw SubmissionError.busy(waiting: waiting) }
        // The journal first: what is answered with 202 is judged or handed back, even if the node is killed now.
        await ledger.apply(.announced(FileFacts(bytes: file.count, parent: head)), to: update.id)
        let id = try await routing.publish(file)
        logger.info("Update received", metadata: ["file": "\(id.shortHex)", "bytes": "\(file.count)"])
        return id
    }
}
