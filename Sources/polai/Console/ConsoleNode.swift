import IPCDoor
import JSON
import NIOCore
import NIOPosix

/// The node that a console speaks with: over HTTP, or by its socket in the file system.
enum ConsoleNode {
    case http(DoorClient)
    case socket(path: String)

    /// - Parameter address: an address of a door, or a path.
    init(_ address: String) throws {
        if address.hasPrefix("http://") || address.hasPrefix("https://") {
            self = .http(try DoorClient(address))
        } else {
            self = .socket(path: address)
        }
    }

    func call(_ method: String, _ parameters: [JSONValue] = []) async throws -> JSONValue {
        switch self {
        case .http(let client): return try await client.call(method, parameters)
        case .socket(let path):
            let request = DoorClient.request(method, parameters)
            guard let answer = try await Self.answer(to: request, path: path) else { throw SetupError("\(path) gave no answer") }
            return try DoorClient.result(of: answer, to: method, from: path)
        }
    }

    private static func answer(to request: JSONValue, path: String) async throws -> JSONValue? {
        let connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>
        do {
            connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(unixDomainSocketPath: path) {
                channel in
                channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel) }
            }
        } catch {
            throw SetupError("cannot open \(path): \(error); is the node running, and is this its socket?")
        }
        return try await connection.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: request.utf8))
            var framing = JSONFraming(limit: 64 << 20)
            for try await bytes in inbound {
                if let text = framing.texts(from: bytes.readableBytesView).first { return try JSONValue(parsing: text) }
                if let failure = framing.failure { throw SetupError("\(path) does not answer as a node does: \(failure)") }
            }
            return nil
        }
    }
}
