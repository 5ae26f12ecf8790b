import Kademlia
import LibP2P
import LibP2PProtocols
import PeerIdentity

/// Many records of one peer in one request: the keys go out, what is held there comes back.
enum RecordExchange {
    static let name = "/polai/records/1.0.0"
    /// Keys of one request.
    static let maximumKeys = 256
    static let maximumRequest = 128 * 1024
    static let maximumAnswer = 2 * 1024 * 1024

    static func request(_ keys: [[UInt8]]) -> [UInt8] {
        var writer = ProtobufWriter()
        for key in keys.prefix(maximumKeys) { writer.bytes(1, key) }
        return writer.bytes
    }

    static func keys(_ bytes: [UInt8]) throws(WireError) -> [[UInt8]] {
        var (reader, keys) = (ProtobufReader(bytes), [[UInt8]]())
        while let field = try reader.next() {
            guard field.number == 1, let key = field.bytes else { continue }
            guard key.count <= KademliaMessage.maximumKey else {
                throw .tooLong(length: UInt64(key.count), limit: KademliaMessage.maximumKey)
            }
            guard keys.count < maximumKeys else { throw .malformed("more than \(maximumKeys) keys") }
            keys.append(key)
        }
        return keys
    }

    static func answer(_ records: [KademliaMessage.Record]) -> [UInt8] {
        var writer = ProtobufWriter()
        for record in records where writer.bytes.count + record.key.count + record.value.count + 64 < maximumAnswer {
            writer.bytes(1, record.bytes)
        }
        return writer.bytes
    }

    static func records(_ bytes: [UInt8]) throws(WireError) -> [KademliaMessage.Record] {
        var (reader, records) = (ProtobufReader(bytes), [KademliaMessage.Record]())
        while let field = try reader.next() {
            guard field.number == 1, let bytes = field.bytes, records.count < maximumKeys else { continue }
            records.append(try KademliaMessage.Record(bytes: bytes))
        }
        return records
    }

    /// Answers peers from `vault`.
    static func serve(_ host: Host, from vault: any RecordVault) {
        host.handle(name) { stream in
            var reader = StreamReader(stream)
            while let bytes = try await reader.frame(limit: maximumRequest) {
                var records: [KademliaMessage.Record] = []
                for key in try keys(bytes) { if let record = await vault.get(key) { records.append(record) } }
                try await stream.write(VarintFrames.frame(answer(records)))
            }
        }
    }

    /// What a connected peer holds of `keys`, not yet judged.
    static func ask(_ host: Host, _ peer: PeerID, for keys: [[UInt8]]) async throws -> [KademliaMessage.Record] {
        let stream = try await host.openStream(to: peer, [name])
        return try await stream.use(within: BlobExchange.patience) {
            try await stream.write(VarintFrames.frame(request(keys)))
            var reader = StreamReader(stream)
            guard let bytes = try await reader.frame(limit: maximumAnswer) else { throw HostError.streamEnded }
            return try records(bytes)
        }
    }
}
