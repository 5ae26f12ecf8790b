public import ContentRouting
public import Logging
public import PeerIdentity
public import Primitives
public import ServiceInterfaces

/// Turns update files into voted candidates: checks each file, puts it on the head adapter, runs the loss gate, and
/// has the validators of this node sign their ACKs.
///
/// An update that cannot be judged is never voted on; the reason goes to the journal. Work on one candidate ends
/// before the next begins, so the gate never runs twice at once.
public actor Averager {
    let node: any BeaconNodeClient
    let signer: any AckSigner
    let evaluator: any LossEvaluator
    let adapters: any AdapterSource
    let journal: any UpdateJournal
    let routing: any LearningRouting
    let peerKey: PeerKeyPair
    let logger: Logger

    /// - Parameter peerKey: the libp2p key that signs the envelopes of this node's ACK records.
    public init(
        node: any BeaconNodeClient, signer: any AckSigner, evaluator: any LossEvaluator, adapters: any AdapterSource,
        journal: any UpdateJournal, routing: any LearningRouting, peerKey: PeerKeyPair, logger: Logger
    ) {
        self.node = node
        self.signer = signer
        self.evaluator = evaluator
        self.adapters = adapters
        self.journal = journal
        self.routing = routing
        self.peerKey = peerKey
        self.logger = logger
    }

    /// Judges every update file that is announced, until cancelled.
    public func run() async {
        for await id in await routing.announcedBlobs() {
            if Task.isCancelled { return }
            await process(id)
        }
    }

    /// Judges one update file. Whatever goes wrong ends in the journal, never in a stopped service.
    ///
    /// A file that reached the gate's door is judged once. One that could not be fetched or read there is tried again:
    /// its provider may come later, and its parent may become the head.
    func process(_ id: Hash32) async {
        if let known = await journal.summary(id), known.status != .pending, known.bytes > 0 {
            logger.debug("Update judged before: \(known.status.rawValue)", metadata: ["file": "\(id.shortHex)"])
            return
        }
        do {
            let judged = try await judge(id)
            try await vote(on: judged)
        } catch is CancellationError {
            return
        } catch let rejection as UpdateRejection {
            await record(rejection, of: id)
        } catch {
            await record(UpdateRejection(status: .rejected, reason: "\(error)"), of: id)
        }
    }

    private func record(_ rejection: UpdateRejection, of id: Hash32) async {
        var summary = await journal.summary(id) ?? UpdateSummary(updateID: id.hex, inputs: [id.hex], status: rejection.status, bytes: 0)
        guard summary.status == .pending || summary.status == .rejected else {
            logger.warning("Update refused: \(rejection.reason)", metadata: ["file": "\(id.shortHex)"])
            return
        }
        summary.status = rejection.status
        summary.reason = rejection.reason
        // The journal is JSON, which has no NaN; the reason names it.
        summary.lossBefore = rejection.lossBefore.flatMap { $0.isFinite ? $0 : nil }
        summary.lossAfter = rejection.lossAfter.flatMap { $0.isFinite ? $0 : nil }
        await journal.note(summary)
        logger.warning("Update refused: \(rejection.reason)", metadata: ["file": "\(id.shortHex)"])
    }
}

/// Why an update is not voted VALID.
struct UpdateRejection: Error {
    let status: UpdateStatus
    let reason: String
    var lossBefore: Float?
    var lossAfter: Float?
}
