import ContentRouting
import LearningStore
import LoRA
import Logging
import PeerIdentity
public import Primitives
public import ServiceInterfaces
import UpdateCodec

/// What a trainer in another process asks for.
extension AIEngine: TrainerGateway {
    /// Update files of one adapter that may wait to be judged.
    static let waitingLimit = 64

    public func adapterBytes(root: Hash32) throws -> [UInt8]? { try adapter(root)?.bytes }

    public func submit(_ file: [UInt8]) async throws -> Hash32 {
        let update: UpdateFile
        do throws(UpdateFileError) {
            update = try UpdateFile(file)
            try update.check(baseModelRoot: setting.baseModelRoot, parentAdapterRoot: headRoot)
            try update.verify { publicKey, message, signature in
                (try? PeerPublicKey(message: publicKey))?.verify(signature, of: message) ?? false
            }
            _ = try update.delta(layout: setting.layout)
        } catch {
            throw SubmissionError.refused(UpdateRefusal(error), reason: error.description)
        }
        if let known = summary(update.id), known.status != .rejected { return update.id }
        let waiting = updates(limit: 2 * Self.waitingLimit).count {
            $0.status == .pending && $0.parentAdapterRoot == headRoot.hex && $0.inputs.contains($0.updateID)
        }
        guard waiting < Self.waitingLimit else { throw SubmissionError.busy(waiting: waiting) }
        let id = try await routing.publish(file)
        logger.info("Update received", metadata: ["file": "\(id.shortHex)", "bytes": "\(file.count)"])
        return id
    }
}
