import BeaconTypes
import ContentRouting
import LearningStore
import Logging
import LoRA
import PEFTFormat
public import Primitives
public import ServiceInterfaces
import UpdateLedger
import UpdateLife

extension AIEngine: LearningReader {
    public func status() async -> AIEngineStatus {
        let progress = gate.progress
        let headLoss = try? store.loss(baseModel: setting.baseModelRoot, texts: setting.devTextsRoot, adapter: headRoot)
        let trainers = await trainers()
        var status = AIEngineStatus(
            model: setting.modelName, baseModelRoot: setting.baseModelRoot.hex, devTextsRoot: setting.devTextsRoot.hex,
            parameters: setting.parameterCount, baseLoss: baseLoss, headAdapterRoot: headRoot.hex,
            headLoss: headLoss.map { Float(bitPattern: $0.bits) }, finalizedAdapterRoot: finalizedRoot.hex,
            updateCount: headUpdateCount, gate: progress == nil ? "idle" : "evaluating", gateProgress: progress,
            trainer: trainers.first)
        status.trainers = trainers
        status.refused = Dictionary(uniqueKeysWithValues: await ledger.refusals().map { ($0.key.rawValue, $0.value) })
        return status
    }

    public func updates(limit: Int) async -> [UpdateSummary] { await ledger.latest(limit).map { UpdateSummary($0) } }

    public func update(_ id: Hash32) async -> UpdateSummary? { await ledger.record(id).map { UpdateSummary($0) } }

    public func updateFile(_ fileHash: Hash32) async -> [UInt8]? { try? await routing.fetch(fileHash) }

    public func adapter(root: Hash32?) async throws -> [UInt8]? {
        guard let adapter = try await adapter(root ?? finalizedRoot) else { return nil }
        return PEFTExport.weights(adapter, baseModelRoot: setting.baseModelRoot)
    }

    var genesisAdapterRoot: Hash32 { LoRAAdapter.zero(setting.layout).root }
}

extension AIEngine: MetricsSource {
    public func metrics() async -> [MetricSample] {
        var samples = [
            MetricSample("ai_update_count", Double(headUpdateCount), help: "Updates accepted on the head's chain."),
            MetricSample("ai_gate_evaluations_total", Double(figures.evaluations), kind: .counter, help: "Loss gate runs."),
            MetricSample(
                "ai_gate_seconds_total", figures.evaluationSeconds, kind: .counter, help: "Seconds spent in the loss gate."),
            MetricSample("ai_ack_certificates_total", Double(figures.certificates), kind: .counter, help: "ACK quorums reached."),
            MetricSample(
                "ai_ack_timeouts_total", Double(figures.timeouts), kind: .counter,
                help: "Candidates without a quorum in \(Constant.ackTimeoutSeconds) s."),
        ]
        for (kind, count) in await ledger.refusals().sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            samples.append(
                MetricSample(
                    "ai_updates_refused_total", Double(count), kind: .counter, labels: ["reason": kind.rawValue],
                    help: "Update files refused, by reason."))
        }
        if let baseLoss { samples.append(MetricSample("ai_base_loss", Double(baseLoss), help: "Base model's loss on the DEV_TEXTS.")) }
        if let head = try? store.loss(baseModel: setting.baseModelRoot, texts: setting.devTextsRoot, adapter: headRoot) {
            samples.append(
                MetricSample("ai_head_loss", Double(Float(bitPattern: head.bits)), help: "Loss with the head's adapter."))
        }
        return samples
    }
}
