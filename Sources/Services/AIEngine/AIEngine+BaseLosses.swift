import BlockingWork
import LearningStore
import LearningTask
import Logging
import LossGate

/// The base model's losses on the general pool: every slice needs some of them, and no candidate changes them.
extension AIEngine {
    /// Sentences measured at once beforehand: less than a second on a core.
    private static let batch = 8

    /// What is known of them. A record that is damaged, or cannot be read, counts as none.
    func baseLosses(_ source: SliceSource) -> SentenceLosses {
        if let knownBaseLosses { return knownBaseLosses }
        let pool = source.pools.general
        let stored = try? store.sentenceLosses(baseModel: setting.baseModelRoot, pool: pool.root)
        let read = stored.flatMap {
            SentenceLosses(record: $0, baseModel: setting.baseModelRoot, pool: pool.root, count: pool.sentences.count)
        }
        if stored != nil, read == nil { logger.warning("Losses of the base model are damaged and are measured again") }
        let losses = read ?? SentenceLosses(baseModel: setting.baseModelRoot, pool: pool.root, count: pool.sentences.count)
        knownBaseLosses = losses
        return losses
    }

    /// Keeps what was measured, by place in the pool; where it cannot be stored, until the node ends.
    func remember(_ sums: some Sequence<(Int, Double)>, _ source: SliceSource) {
        let before = baseLosses(source)
        var losses = before
        for (index, sum) in sums { losses.note(sum, at: index) }
        guard losses != before else { return }
        knownBaseLosses = losses
        do {
            try store.putSentenceLosses(losses.record, baseModel: setting.baseModelRoot, pool: source.pools.general.root)
        } catch {
            logger.warning("cannot keep the base model's losses: \(error)")
        }
    }

    /// Measures them little by little while nothing is being judged, on one thread to which all others are preferred.
    ///
    /// - Parameter rest: how long it rests after each batch, in times of what that took.
    func measureBeforehand(rest: Double = 4) async {
        guard let source = setting.slices, let quietGate else { return }
        let worker = BlockingWorker("polai.beforehand")
        do {
            let gate = try await quietGate()
            var missing = baseLosses(source).missing[...]
            while !missing.isEmpty {
                guard !self.gate.isBusy else {
                    try await Task.sleep(for: .seconds(1))
                    continue
                }
                let started = ContinuousClock.now
                let indices = missing.prefix(Self.batch).filter { baseLosses(source)[$0] == nil }
                let texts = zip(indices, source.general(indices)).filter { SliceReport.isMeasured($0.1) }
                if !texts.isEmpty {
                    let report = try await worker.run { cancellation in
                        try gate.measuring(texts.map(\.1)).evaluate(nil, progress: { _ in }, isCancelled: { cancellation.isSet })
                    }
                    remember(zip(texts.map(\.0), report.texts.map(\.sum)), source)
                }
                missing = missing.dropFirst(Self.batch)
                try await Task.sleep(for: (ContinuousClock.now - started) * rest)
            }
        } catch is CancellationError {
            return
        } catch LossGateError.cancelled {
            return
        } catch {
            logger.warning("cannot measure the base model beforehand: \(error)")
        }
    }
}
