import GRPCCore

/// A transport whose calls end with RESOURCE_EXHAUSTED, in the words of grpc-go, when a message of the client is longer than
/// `limit`. The transport below ends them by closing the stream, which tells a client nothing.
struct LimitedTransport<Base: ServerTransport>: ServerTransport {
    typealias Bytes = Base.Bytes

    let base: Base
    /// In bytes.
    let limit: Int

    func listen(
        streamHandler: @escaping @Sendable (_ stream: RPCStream<Inbound, Outbound>, _ context: ServerContext) async -> Void
    ) async throws {
        try await base.listen { [limit] stream, context in
            let checked = stream.inbound.map { part in
                if case .message(let bytes) = part {
                    let length = bytes.withUnsafeBytes { $0.count }
                    guard length <= limit else {
                        throw RPCError(
                            code: .resourceExhausted, message: "grpc: received message larger than max (\(length) vs. \(limit))")
                    }
                }
                return part
            }
            await streamHandler(
                RPCStream(descriptor: stream.descriptor, inbound: RPCAsyncSequence(wrapping: checked), outbound: stream.outbound), context)
        }
    }

    func configure(context: GRPCServerContext) { base.configure(context: context) }

    func beginGracefulShutdown() { base.beginGracefulShutdown() }
}
