import BlockingWork
import PeerIdentity
import LearningStore
import LearningTask
import Logging
import BeaconTypes
import ContentRouting
import LoRA
import LoRATraining
import Primitives
import ServiceInterfaces
import UpdateCodec

extension Trainer {
    /// One round from the head adapter to the verdict.
    func round() async throws -> RoundVerdict {
        let number = state.round
        let work = try await workInTurn(number)
        let (file, update, result) = (work.file, work.update, work.result)
        if work.turn > 0 {
            live.set { $0.phase = "waiting for its turn in the group" }
            if try await headMoves(from: work.parent, within: setting.turnLength * work.turn) {
                logger.info("The head moved before this trainer's turn in the group", metadata: ["round": "\(number)"])
                // The rest is its own still: it was in nobody's update.
                return try settle(.superseded, of: work)
            }
        }
        let id = try await node.publish(file.bytes)
        var facts: Logger.Metadata = [
            "file": "\(id.shortHex)", "round": "\(number)", "codec": "\(file.codec.rawValue)", "boost": "\(update.boost)",
            "bytes": "\(file.bytes.count)",
        ]
        if let loss = result.losses.last { facts["loss"] = "\(loss)" }
        logger.info(work.start == nil ? "Published update" : "Published the adapter to start from as an update", metadata: facts)
        live.set { $0.phase = "waiting for verdict" }
        let verdict = try await verdict(on: file, parent: work.parent)
        // An update that did not enter changed nothing: what it carried is left to train again from the head.
        if case .accepted = verdict { state.residual = update.residual } else { state.residual = .zero(setting.layout) }
        if case .refused(let status, let reason) = verdict {
            logger.warning("Verdict on round \(number): \(status.rawValue)", metadata: ["reason": "\(reason)"])
        }
        if let adapter = work.start { settleStart(adapter, verdict) }
        return try settle(verdict, of: work)
    }

    /// The round is over: it is counted, kept and logged.
    private func settle(_ verdict: RoundVerdict, of work: Work) throws -> RoundVerdict {
        let number = state.round
        state.round += 1
        try store.putTrainerState(state.bytes, name: setting.name, start: start.bytes)
        log?.round(number, step: stepsDone, loss: work.result.losses.last, validation: work.validationLoss, verdict: verdict.word)
        return verdict
    }

    /// The loss of what a round made of `parent` on the text held back.
    private func validate(_ delta: LoRADelta, on parent: LoRAAdapter) async throws -> Float? {
        guard let validation else { return nil }
        let adapter = try parent.adding(delta)
        let loss = try await worker.run { _ in try validation(adapter) }
        logger.info("Validation loss \(Self.threeDecimals(loss))", metadata: ["round": "\(state.round)"])
        return loss
    }

    /// What a trainer has done when its turn ends.
    private struct Work {
        let parent: Hash32
        /// The adapter it brought, where it did not train.
        let start: Hash32?
        let result: TrainingResult
        let file: UpdateFile
        let update: EncodedUpdate
        let validationLoss: Float?
        /// How many of its group are to send the update before this trainer does.
        let turn: Int
    }

    /// Waits for its turn, then trains from what is the head by then, and encodes.
    private func workInTurn(_ number: UInt64) async throws -> Work {
        live.set { $0.phase = "waiting for its turn" }
        try await lock.acquire()
        do {
            let head = try await node.head()
            guard let parent = try await node.adapter(head) else { throw TrainerError.missingAdapter(head) }
            var metadata = roundMetadata(parent: head, number: number)
            var result: TrainingResult
            var turn = 0
            let start = try startingChange(from: parent)
            if let start {
                metadata = metadata.starting(from: start.adapter)
                result = TrainingResult(delta: start.change, losses: [])
                // What earlier rounds left over led elsewhere.
                state.residual = .zero(setting.layout)
            } else {
                var round = TrainingRound(updateSeed: metadata.seed, steps: setting.stepsPerRound, split: split)
                round.configuration = setting.configuration
                result = try await train(round, from: parent, number: number)
                if let peers { (result, metadata.contributors, turn) = try await average(result, from: parent, metadata, with: peers) }
            }
            live.set { $0.phase = "encoding" }
            let (file, update) = try await encode(result, from: parent, metadata)
            let loss = try await validate(update.delta, on: parent)
            await lock.release()
            return Work(parent: head, start: start?.adapter, result: result, file: file, update: update, validationLoss: loss, turn: turn)
        } catch {
            await lock.release()
            throw error
        }
    }

    /// The seed written into the update's metadata: it differs between trainers, parents and rounds.
    private func roundSeed(parent: Hash32, number: UInt64) -> UInt64 {
        let digest = SHA256.hash(
            Array("polai-round".utf8) + parent.bytes + peerKey.publicKey.rawBytes + number.bigEndianBytes)
        return digest.bigEndian(UInt64.self, at: 0)
    }

    /// What the update of a trained round says of it.
    private func roundMetadata(parent: Hash32, number: UInt64) -> UpdateMetadata {
        UpdateMetadata(
            baseModelRoot: setting.baseModelRoot, parentAdapterRoot: parent, trainer: setting.rewardAddress,
            publicKey: peerKey.publicKey.message, steps: UInt64(setting.stepsPerRound), round: number,
            seed: roundSeed(parent: parent, number: number), dataHash: split.whole.root, recipe: setting.configuration.recipe)
    }

    /// Trains on a thread of its own, so that Swift's tasks are never blocked.
    private func train(_ round: TrainingRound, from parent: LoRAAdapter, number: UInt64) async throws -> TrainingResult {
        let tokensPerStep = Double(round.configuration.batchSize * round.configuration.sequenceLength)
        live.set { progress in
            let name = progress.name
            progress = TrainerProgress(round: number, step: 0, steps: round.steps, loss: nil, tokensPerSecond: nil, phase: "training")
            progress.name = name
        }
        let done = stepsDone
        let total = setting.totalSteps
        return try await worker.run { [backend, live, logger, log] cancellation in
            let clock = ContinuousClock()
            let started = clock.now
            return try backend.train(
                round, from: parent,
                progress: { step in
                    let seconds = (clock.now - started) / .seconds(1)
                    live.set { progress in
                        progress.step = step.step
                        progress.loss = step.loss
                        progress.tokensPerSecond = Double(step.step) * tokensPerStep / max(seconds, 1e-9)
                    }
                    let place = "\(total == nil ? step.step : done + step.step)/\(total ?? step.steps)"
                    logger.info(
                        "Step \(place) loss \(Self.threeDecimals(step.loss))", metadata: ["round": "\(number)"])
                    log?.step(round: number, step: done + step.step, loss: step.loss)
                },
                isCancelled: { cancellation.isSet })
        }
    }

    private static func threeDecimals(_ loss: Float) -> String {
        String((loss * 1000).rounded() / 1000)
    }

    /// Encodes the round's change and what was left over before it. Choosing the codec and the boost takes a few forward
    /// passes, so it runs on the trainer's own thread like the training.
    private func encode(
        _ result: TrainingResult, from parent: LoRAAdapter, _ metadata: UpdateMetadata
    ) async throws -> (file: UpdateFile, update: EncodedUpdate) {
        let update = try await worker.run { [backend, split, general, tampering = setting.tampering, residual = state.residual] _ in
            let encoder = UpdateEncoder(metadata: metadata)
            let honest = try encoder.update(
                of: result, residual: residual, from: parent, windows: split.windows, general: general?.windows(metadata.seed) ?? [],
                backend: backend)
            guard tampering != .none else { return honest }
            return try encoder.encode(tampering.apply(honest.delta), codec: .sign1Bit)
        }
        let file = try UpdateFile(update, metadata: metadata) { try peerKey.sign($0) }
        return (file, update)
    }
}

/// Why a round could not be run.
enum TrainerError: Error, CustomStringConvertible {
    case missingAdapter(Hash32)
    case log(String)
    case nodeStopped

    var description: String {
        switch self {
        case .log(let path): "cannot write the training log \(path); check that its folder is there and may be written"
        case .nodeStopped: "the node stopped before it told its verdict"
        case .missingAdapter(let root): "this node does not hold the head adapter \(root)"
        }
    }
}
