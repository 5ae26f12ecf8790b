import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import HTTPDoor
import Logging
import SwiftProtobuf

@testable import PrysmRPC

/// A client of a door that listens on a port of its own during `body`.
struct Caller {
    let client: GRPCClient<HTTP2ClientTransport.Posix>

    /// - Parameter door: makes the door at an address, and tells it whom to tell the port.
    static func with<R: Sendable>(
        _ door: (ListenAddress, @escaping @Sendable (Int) async -> Void) -> GRPCDoor, _ body: @escaping @Sendable (Caller) async throws -> R
    ) async throws -> R {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let server = door(ListenAddress(port: 0)) { continuation.yield($0) }
        let serving = Task { try await server.run() }
        defer { serving.cancel() }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else { throw CancellationError() }
        let transport = try HTTP2ClientTransport.Posix(target: .ipv4(address: "127.0.0.1", port: port), transportSecurity: .plaintext)
        return try await withGRPCClient(transport: transport) { client in try await body(Caller(client: client)) }
    }

    func unary<Input: Message, Output: Message>(_ method: MethodDescriptor, _ input: Input, as type: Output.Type = Output.self) async throws
        -> Output
    {
        try await client.unary(
            request: ClientRequest(message: input), descriptor: method, serializer: ProtobufSerializer<Input>(),
            deserializer: ProtobufDeserializer<Output>(), options: .defaults
        ) { try $0.message }
    }

    /// The first `count` answers of a stream.
    func stream<Input: Message, Output: Message>(
        _ method: MethodDescriptor, _ input: Input, count: Int, as type: Output.Type = Output.self
    ) async throws -> [Output] {
        try await client.serverStreaming(
            request: ClientRequest(message: input), descriptor: method, serializer: ProtobufSerializer<Input>(),
            deserializer: ProtobufDeserializer<Output>(), options: .defaults
        ) { response in
            var found: [Output] = []
            for try await message in response.messages {
                found.append(message)
                if found.count == count { break }
            }
            return found
        }
    }

    /// The answers to questions that are all asked before the first answer is read.
    func exchange<Input: Message, Output: Message>(
        _ method: MethodDescriptor, _ inputs: [Input], as type: Output.Type = Output.self
    ) async throws -> [Output] {
        try await client.bidirectionalStreaming(
            request: StreamingClientRequest { writer in for input in inputs { try await writer.write(input) } }, descriptor: method,
            serializer: ProtobufSerializer<Input>(), deserializer: ProtobufDeserializer<Output>(), options: .defaults
        ) { response in
            var found: [Output] = []
            for try await message in response.messages { found.append(message) }
            return found
        }
    }

    /// The status with which a call fails; `nil` when it succeeds.
    func failure(_ body: () async throws -> Void) async -> RPCError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? RPCError)?.code
        }
    }
}

let quiet = Logger(label: "grpc.test") { _ in SwiftLogNoOpLogHandler() }
