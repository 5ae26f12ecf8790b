import ContentRouting
import LibP2P
import LibP2PProtocols
import PeerIdentity
import Primitives

/// Files by their SHA-256 between two peers: a request names file, offset and length; the answer is the file's length and the
/// bytes there, or a length of zero where it is not held.
enum BlobExchange {
    static let name = "/polai/blob/1.0.0"
    static let maximumRequest = 128
    static let maximumPiece = 64 * 1024
    static let maximumAnswer = maximumPiece + 64
    /// How long a provider may take for one piece.
    static let patience: Duration = .seconds(10)

    struct Request: Equatable, Sendable {
        var id: Hash32
        var offset: Int
        var length: Int

        init(id: Hash32, offset: Int, length: Int) { (self.id, self.offset, self.length) = (id, offset, length) }

        init(bytes: [UInt8]) throws(WireError) {
            var reader = ProtobufReader(bytes)
            var (id, offset, length): (Hash32?, UInt64, UInt64) = (nil, 0, 0)
            while let field = try reader.next() {
                if field.number == 1 { id = field.bytes.flatMap { Hash32($0) } }
                if field.number == 2 { offset = field.varint ?? 0 }
                if field.number == 3 { length = field.varint ?? 0 }
            }
            guard let id, offset <= UInt64(Int32.max), (1...UInt64(maximumPiece)).contains(length) else { throw .malformed("blob request") }
            self.init(id: id, offset: Int(offset), length: Int(length))
        }

        var bytes: [UInt8] {
            var writer = ProtobufWriter()
            writer.bytes(1, id.bytes)
            writer.varint(2, UInt64(offset))
            writer.varint(3, UInt64(length))
            return writer.bytes
        }
    }

    struct Answer: Equatable, Sendable {
        var total: Int
        var bytes: [UInt8]

        init(total: Int, bytes: [UInt8]) { (self.total, self.bytes) = (total, bytes) }

        init(message: [UInt8]) throws(WireError) {
            var reader = ProtobufReader(message)
            var (total, bytes): (UInt64, [UInt8]) = (0, [])
            while let field = try reader.next() {
                if field.number == 1 { total = field.varint ?? 0 }
                if field.number == 2 { bytes = field.bytes ?? [] }
            }
            guard total <= UInt64(Int32.max) else { throw .malformed("blob length") }
            self.init(total: Int(total), bytes: bytes)
        }

        var message: [UInt8] {
            var writer = ProtobufWriter()
            writer.varint(1, UInt64(total))
            writer.bytes(2, bytes)
            return writer.bytes
        }
    }

    /// Answers peers with what `read` gives: how long the file is, and its bytes in a range.
    static func serve(_ host: Host, read: @escaping @Sendable (Hash32, Range<Int>) throws -> (total: Int, bytes: [UInt8])?) {
        host.handle(name) { stream in
            var reader = StreamReader(stream)
            while let bytes = try await reader.frame(limit: maximumRequest) {
                let request = try Request(bytes: bytes)
                let piece = try read(request.id, request.offset..<request.offset + request.length) ?? (0, [])
                try await stream.write(VarintFrames.frame(Answer(total: piece.total, bytes: piece.bytes).message))
            }
        }
    }

    /// Fetches a file from `providers`; `nil` where none of them has it.
    ///
    /// - Parameter accuse: is told of those that gave wrong bytes.
    static func fetch(
        _ id: Hash32, from providers: [PeerID], host: Host, limit: Int, accuse: @Sendable (PeerID) -> Void
    ) async -> [UInt8]? {
        var fetch = BlobFetch(id, providers: providers, limit: limit)
        let streams = BlobStreams(host)
        await withTaskGroup(of: (PeerID, Answer?).self) { tasks in
            while fetch.outcome == .running {
                for piece in fetch.next() {
                    tasks.addTask {
                        let request = Request(id: id, offset: piece.offset, length: piece.length)
                        return (piece.provider, try? await streams.ask(piece.provider, request))
                    }
                }
                guard let (provider, answer) = await tasks.next() else { break }
                if let answer, answer.total > 0 {
                    fetch.received(provider, total: answer.total, answer.bytes)
                } else {
                    fetch.failed(provider)
                }
            }
            tasks.cancelAll()
        }
        await streams.close()
        for liar in fetch.liars { accuse(liar) }
        guard case .complete(let file) = fetch.outcome else { return nil }
        return file
    }
}
