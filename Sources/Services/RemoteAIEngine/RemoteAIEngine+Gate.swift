import HTTPReader
import JSON
public import LoRA
public import Primitives
public import ServiceInterfaces

extension RemoteAIEngine: LossEvaluator {
    private struct Evaluation: Decodable {
        let lossBits: UInt32
        let lossesRoot: Hash32
        let tokens: Int
        let seconds: Double
    }

    /// The answer is a stream of events with signs of life, for the gate may take minutes.
    public func evaluate(_ adapter: LoRAAdapter) async throws -> LossEvaluation {
        try await onceReached { try await measure(adapter) }
    }

    private func measure(_ adapter: LoRAAdapter) async throws -> LossEvaluation {
        let request = request(.post, "/polai/v1/engine/evaluations", adapter.bytes, type: "application/octet-stream")
        do {
            let answer = try await HTTPReader.stream(request)
            guard answer.status == 200 else { throw Self.refusal(answer.status, (try? await answer.body(limit: 4096)) ?? []) }
            for try await event in answer.events {
                switch event.name {
                case "evaluation":
                    let found = try Self.decode(Evaluation.self, Array(event.data.utf8), address)
                    return LossEvaluation(
                        lossBits: found.lossBits, lossesRoot: found.lossesRoot, tokens: found.tokens, seconds: found.seconds)
                case "failure": throw RemoteAIEngineError.notMeasured(String(event.data.prefix(300)))
                default: continue
                }
            }
        } catch let error as HTTPReadError {
            throw error == .cancelled ? CancellationError() : RemoteAIEngineError.unreachable(address, reason: "\(error)") as any Error
        }
        try Task.checkCancellation()
        throw RemoteAIEngineError.unreachable(address, reason: "it stopped while its gate ran")
    }
}

extension RemoteAIEngine: AdapterSource {
    public func adapter(_ root: Hash32) async throws -> LoRAAdapter? {
        let answer = try await onceReached { try await found(request(.get, "/adapter?form=raw&root=\(root.hex)"), in: Self.longTime) }
        guard let bytes = answer else { return nil }
        guard let adapter = try? LoRAAdapter(layout: layout, bytes: bytes), adapter.root == root else {
            throw RemoteAIEngineError.wrongAdapter(root)
        }
        return adapter
    }

    public func keep(_ adapter: LoRAAdapter) async throws {
        try await onceReached {
            _ = try await answer(
                request(.post, "/polai/v1/engine/adapters", adapter.bytes, type: "application/octet-stream"), in: Self.longTime)
        }
    }
}
