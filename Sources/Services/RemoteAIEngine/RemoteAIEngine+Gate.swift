import HTTPReader
public import LoRA
public import Primitives
public import ServiceInterfaces

extension RemoteAIEngine: LossEvaluator {
    /// The answer is a stream of events with signs of life, for the gate may take minutes.
    public func evaluate(_ adapter: LoRAAdapter) async throws -> LossEvaluation {
        try await onceReached {
            try await measure(LossEvaluation.self, event: "evaluation", path: "/polai/v1/engine/evaluations", adapter.bytes)
        }
    }

    public func evaluateSlice(_ seed: Hash32, parent: LoRAAdapter, result: LoRAAdapter) async throws -> GuardEvaluation {
        try await onceReached {
            try await measure(
                GuardEvaluation.self, event: "slice", path: "/polai/v1/engine/slices?seed=\(seed.hex)", parent.bytes + result.bytes)
        }
    }

    /// The one event of `name` that the gate answers with.
    private func measure<Found: Decodable>(_ type: Found.Type, event name: String, path: String, _ body: [UInt8]) async throws -> Found {
        do {
            let answer = try await HTTPReader.stream(request(.post, path, body, type: "application/octet-stream"))
            guard answer.status == 200 else { throw Self.refusal(answer.status, (try? await answer.body(limit: 4096)) ?? []) }
            for try await event in answer.events {
                switch event.name {
                case name: return try Self.decode(type, Array(event.data.utf8), address)
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
