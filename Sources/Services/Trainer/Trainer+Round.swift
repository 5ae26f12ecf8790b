import Dispatch
import PeerIdentity
import LearningStore
import Logging
import BeaconTypes
import ContentRouting
import LoRA
import LoRATraining
import Primitives
import ServiceInterfaces
import Synchronization
import UpdateCodec

extension Trainer {
    /// One round from the head adapter to the verdict.
    func round() async throws {
        let head = try await learning().adapterRoot
        guard let parent = try await adapters.adapter(head) else {
            throw TrainerError.missingAdapter(head)
        }
        let number = state.round
        let seed = roundSeed(parent: head, number: number)
        let result = try await train(
            TrainingRound(updateSeed: seed, steps: setting.stepsPerRound, split: split), from: parent, number: number)
        live.set { $0.phase = "encoding" }
        let (file, update) = try await encode(result, from: parent, root: head, seed: seed, number: number)
        let id = try await routing.publish(file.bytes)
        logger.info(
            "Published update",
            metadata: [
                "file": "\(id.shortHex)", "round": "\(number)", "codec": "\(file.codec.rawValue)",
                "boost": "\(update.boost)", "bytes": "\(file.bytes.count)", "loss": "\(result.losses.last ?? .nan)",
            ])
        live.set { $0.phase = "waiting for verdict" }
        let accepted = try await verdict(of: id, parent: head)
        state.round += 1
        // A refused update changed nothing: what it carried is left to train again from the head.
        state.residual = accepted ? update.residual : .zero(setting.layout)
        try store.putTrainerState(state.bytes, name: setting.name)
    }

    /// The seed written into the update's metadata: it differs between trainers, parents and rounds.
    private func roundSeed(parent: Hash32, number: UInt64) -> UInt64 {
        let digest = SHA256.hash(
            Array("polai-round".utf8) + parent.bytes + peerKey.publicKey.rawBytes + withUnsafeBytes(of: number.bigEndian) { Array($0) })
        return digest.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    func learning() async throws -> LearningState {
        try await node.ackCommittee(slot: max(1, node.clock.currentSlot ?? 0)).learning
    }

    /// Trains on a thread of its own, so that Swift's tasks are never blocked.
    private func train(_ round: TrainingRound, from parent: LoRAAdapter, number: UInt64) async throws -> TrainingResult {
        let tokensPerStep = Double(round.configuration.batchSize * round.configuration.sequenceLength)
        live.set { progress in
            progress = TrainerProgress(round: number, step: 0, steps: round.steps, loss: nil, tokensPerSecond: nil, phase: "training")
        }
        let box = CancellationBox()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async { [backend, live, logger] in
                    let clock = ContinuousClock()
                    let started = clock.now
                    continuation.resume(
                        with: Result {
                            try backend.train(
                                round, from: parent,
                                progress: { step in
                                    let seconds = (clock.now - started) / .seconds(1)
                                    live.set { progress in
                                        progress.step = step.step
                                        progress.loss = step.loss
                                        progress.tokensPerSecond = Double(step.step) * tokensPerStep / max(seconds, 1e-9)
                                    }
                                    logger.info(
                                        "Step \(step.step)/\(step.steps) loss \(Self.threeDecimals(step.loss))",
                                        metadata: ["round": "\(number)"])
                                },
                                isCancelled: { box.isSet })
                        })
                }
            }
        } onCancel: {
            box.set()
        }
    }

    private static func threeDecimals(_ loss: Float) -> String {
        String((loss * 1000).rounded() / 1000)
    }

    /// Encodes the round's change and what was left over before it. Choosing the codec and the boost takes a few forward
    /// passes, so it runs on the trainer's own thread like the training.
    private func encode(
        _ result: TrainingResult, from parent: LoRAAdapter, root: Hash32, seed: UInt64, number: UInt64
    ) async throws -> (file: UpdateFile, update: EncodedUpdate) {
        let metadata = UpdateMetadata(
            baseModelRoot: setting.baseModelRoot, parentAdapterRoot: root, trainer: setting.rewardAddress,
            publicKey: peerKey.publicKey.message, steps: UInt64(setting.stepsPerRound), round: number, seed: seed,
            dataHash: split.whole.root)
        let update = try await withCheckedThrowingContinuation { continuation in
            queue.async { [backend, split, residual = state.residual] in
                continuation.resume(
                    with: Result {
                        try UpdateEncoder(metadata: metadata).update(
                            of: result, residual: residual, from: parent, windows: split.windows, backend: backend)
                    })
            }
        }
        let file = try UpdateFile(update, metadata: metadata) { try peerKey.sign($0) }
        return (file, update)
    }

    /// Waits until the chain or the gate has spoken; whether the update was accepted.
    private func verdict(of id: Hash32, parent: Hash32) async throws -> Bool {
        while true {
            try await Task.sleep(for: .milliseconds(500))
            if let summary = await journal.summary(id) {
                switch summary.status {
                case .included, .finalized: return true
                case .rejected, .invalid, .expired:
                    logger.warning(
                        "Verdict on round \(state.round): \(summary.status.rawValue)", metadata: ["reason": "\(summary.reason ?? "")"])
                    return false
                case .pending, .valid: break
                }
            }
            // Another update took the place: this one can no longer enter.
            let head = try await learning().adapterRoot
            if head != parent, let summary = await journal.summary(id), summary.status != .included, summary.adapterRoot != head.hex {
                return false
            }
        }
    }
}

/// Why a round could not be run.
enum TrainerError: Error, CustomStringConvertible {
    case missingAdapter(Hash32)

    var description: String {
        switch self {
        case .missingAdapter(let root): "this node does not hold the head adapter \(root)"
        }
    }
}

/// A flag that is set once, from any thread.
final class CancellationBox: Sendable {
    private let flag = Atomic(false)

    func set() { flag.store(true, ordering: .relaxed) }
    var isSet: Bool { flag.load(ordering: .relaxed) }
}
