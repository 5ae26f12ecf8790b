import Dispatch

/// Runs long computations beside Swift's own threads, of which there are as many as cores: an import must not take one from
/// those who read.
struct ImportWorker: Sendable {
    private let queue = DispatchQueue(label: "polai.block-import", attributes: .concurrent)

    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try body() }) }
        }
    }
}
