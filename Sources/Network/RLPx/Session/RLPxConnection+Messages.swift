import Primitives
import RLP
import Secp256k1

extension RLPxConnection {
    /// A message by its number on the connection, uncompressed.
    struct Message: Sendable {
        let id: UInt64
        let data: [UInt8]
    }

    mutating func nextMessage() throws(RLPxError) -> Message? {
        if isClosed { return nil }
        let isCompressed = isOpen
        // A little more than the message: the compression may not help.
        let limit = isCompressed ? min(FrameWriter.maximumSize, maximumMessage + maximumMessage / 6 + 64) : Hello.maximumSize
        guard let frame = try reader?.next(limit: limit) else { return nil }
        let (id, body) = try Self.split(frame)
        return Message(id: id, data: isCompressed ? try MessageCompression.decompress(body, limit: maximumMessage) : body)
    }

    /// The message's number, an RLP integer, and what follows.
    private static func split(_ frame: [UInt8]) throws(RLPxError) -> (UInt64, [UInt8]) {
        do throws(RLPError) {
            var decoder = try RLPDecoder(frame, limits: RLPLimits(maximumSize: FrameWriter.maximumSize, maximumDepth: 1))
            let id = try decoder.uint64()
            return (id, Array(frame[decoder.offset...]))
        } catch {
            throw .malformed(error)
        }
    }

    mutating func handle(_ message: Message, _ events: inout [Event]) throws(RLPxError) {
        switch (message.id, phase) {
        case (1, _): throw .disconnected(Self.reason(message.data))
        case (0, .awaitingHello): events.append(try welcome(Hello(message.data)))
        case (2, .open): try write(3, [0xc0], isCompressed: true)
        case (3, .open): events.append(.pong)
        case (_, .open(let ids)):
            guard let (capability, code) = ids.share(of: message.id) else { throw .unexpected(message: message.id) }
            events.append(.message(capability, code: code, data: message.data))
        default: throw .unexpected(message: message.id)
        }
    }

    private mutating func welcome(_ other: Hello) throws(RLPxError) -> Event {
        guard other.publicKey == remoteKey?.coordinates else { throw .wrongIdentity }
        // Before version 5 nothing is compressed; a later one speaks this one too (EIP-8).
        guard other.version >= Hello.protocolVersion else { throw .incompatibleVersion(other.version) }
        let ids = MessageIDs(own: offered, other: other.capabilities)
        guard !ids.shares.isEmpty else { throw .uselessPeer }
        phase = .open(ids)
        return .open(other, ids.shares.map { $0.capability })
    }

    /// Some send the number alone, some a list with it.
    private static func reason(_ data: [UInt8]) -> DisconnectReason {
        guard var decoder = try? RLPDecoder(data) else { return .requested }
        var inner = decoder.nextIsList == true ? try? decoder.list() : decoder
        guard let number = try? inner?.uint64(), let byte = UInt8(exactly: number) else { return .requested }
        return DisconnectReason(rawValue: byte) ?? .requested
    }

    // MARK: Sending

    /// Sends a message of a shared capability.
    public mutating func send(_ code: UInt64, of name: String, data: [UInt8]) throws(RLPxError) {
        guard case .open(let ids) = phase else { throw .closed }
        guard let id = ids.id(of: code, in: name) else { throw .unexpected(message: code) }
        try write(id, data, isCompressed: true)
    }

    /// Asks for a pong.
    public mutating func ping() throws(RLPxError) {
        guard isOpen else { throw .closed }
        try write(2, [0xc0], isCompressed: true)
    }

    /// Tells the peer why and ends the connection: what is left to be sent is the last.
    public mutating func disconnect(_ reason: DisconnectReason) {
        guard !isClosed else { return }
        // Whatever follows this side's hello is compressed, whether the other's has come or not.
        try? write(1, RLPEncoder.list { $0.append(UInt64(reason.rawValue)) }, isCompressed: true)
        (phase, reader) = (.closed, nil)
    }

    mutating func write(_ id: UInt64, _ data: [UInt8], isCompressed: Bool) throws(RLPxError) {
        guard data.count <= MessageCompression.limit else { throw .tooLarge(limit: MessageCompression.limit, actual: data.count) }
        var frame = RLPEncoder()
        frame.append(id)
        let body = isCompressed ? MessageCompression.compress(data) : data
        // Before the handshake there is nothing to write with.
        guard var writer else { return }
        output += try writer.seal(frame.bytes + body)
        self.writer = writer
    }
}
