import Primitives
import RLP
public import Secp256k1

/// One connection of RLPx without a socket: bytes go in, bytes and events come out (rlpx.md). After an error it is closed; what is
/// left to be sent then tells the peer why.
///
/// ```swift
/// var connection = try RLPxConnection(dialing: peer, by: key, offering: [eth], clientID: "polai", secrets: secrets)
/// socket.write(connection.takeOutput())
/// for event in connection.receive(bytes) { … }
/// ```
public struct RLPxConnection: Sendable {
    public enum Event: Sendable {
        /// Both hellos are there; these capabilities are shared.
        case open(Hello, [Capability])
        /// A message of a shared capability, uncompressed.
        case message(Capability, code: UInt64, data: [UInt8])
        /// The peer answered a ping.
        case pong
    }

    enum Phase: Sendable {
        case awaitingAuth
        case awaitingAck(auth: [UInt8])
        case awaitingHello
        case open(MessageIDs)
        case closed
    }

    /// Bytes of a frame, and of what it unfolds to.
    public let maximumMessage: Int

    let key: Secp256k1PrivateKey
    let offered: [OfferedCapability]
    let hello: Hello
    private let secrets: HandshakeSecrets
    var phase: Phase
    /// The key that the peer proved, or that was dialled.
    public internal(set) var remoteKey: Secp256k1PublicKey?
    private var handshakeBuffer: [UInt8] = []
    var reader: FrameReader?
    var writer: FrameWriter?
    var output: [UInt8] = []
    /// What ended the connection, if the peer did or its bytes.
    public private(set) var failure: RLPxError?

    private init(
        _ phase: Phase, remote: Secp256k1PublicKey?, key: Secp256k1PrivateKey, offering offered: [OfferedCapability], clientID: String,
        listenPort: UInt16, secrets: HandshakeSecrets, maximumMessage: Int
    ) {
        (self.phase, remoteKey, self.key, self.offered, self.secrets) = (phase, remote, key, offered, secrets)
        self.maximumMessage = min(maximumMessage, MessageCompression.limit)
        hello = Hello(
            clientID: clientID, capabilities: offered.map { $0.capability }.sorted(), listenPort: listenPort, publicKey: key.publicKey)
    }

    /// The side that dialled: its first packet is ready to be sent.
    public init(
        dialing remote: Secp256k1PublicKey, by key: Secp256k1PrivateKey, offering offered: [OfferedCapability], clientID: String,
        listenPort: UInt16 = 0, secrets: HandshakeSecrets, maximumMessage: Int = 10 << 20
    ) throws(RLPxError) {
        guard remote != key.publicKey else { throw .selfDial }
        let auth = try RLPxHandshake.auth(to: remote, by: key, secrets)
        self.init(
            .awaitingAck(auth: auth), remote: remote, key: key, offering: offered, clientID: clientID, listenPort: listenPort,
            secrets: secrets, maximumMessage: maximumMessage)
        output = auth
    }

    /// The side that was dialled.
    public init(
        acceptingBy key: Secp256k1PrivateKey, offering offered: [OfferedCapability], clientID: String, listenPort: UInt16 = 0,
        secrets: HandshakeSecrets, maximumMessage: Int = 10 << 20
    ) {
        self.init(
            .awaitingAuth, remote: nil, key: key, offering: offered, clientID: clientID, listenPort: listenPort, secrets: secrets,
            maximumMessage: maximumMessage)
    }

    public var isOpen: Bool { if case .open = phase { true } else { false } }
    public var isClosed: Bool { if case .closed = phase { true } else { false } }

    /// Bytes to be sent since the last call.
    public mutating func takeOutput() -> [UInt8] {
        defer { output = [] }
        return output
    }

    /// Takes bytes from the peer, however they are cut. What was right before an error is returned, and the error is `failure`.
    public mutating func receive(_ bytes: some Collection<UInt8>) -> [Event] {
        var events: [Event] = []
        do throws(RLPxError) {
            switch phase {
            case .closed: throw .closed
            case .awaitingAuth, .awaitingAck:
                handshakeBuffer += bytes
                try handshake()
            case .awaitingHello, .open: reader?.append(bytes)
            }
            while let message = try nextMessage() { try handle(message, &events) }
        } catch {
            disconnect(error.reason)
            if failure == nil { failure = error }
        }
        return events
    }

    // MARK: The handshake

    private mutating func handshake() throws(RLPxError) {
        guard let length = try HandshakePacket.length(handshakeBuffer[...]), handshakeBuffer.count >= length else { return }
        let packet = Array(handshakeBuffer[..<length])
        let rest = Array(handshakeBuffer[length...])
        handshakeBuffer = []
        switch phase {
        case .awaitingAuth:
            let (message, ephemeral) = try RLPxHandshake.readAuth(packet, by: key)
            guard message.publicKey != key.publicKey else { throw .selfDial }
            remoteKey = message.publicKey
            let ack = try RLPxHandshake.ack(to: message.publicKey, secrets)
            output += ack
            try agree(
                RLPxSecrets(
                    isInitiator: false, ephemeralSecret: RLPxHandshake.sharedSecret(secrets.ephemeral, ephemeral),
                    initiatorNonce: message.nonce, recipientNonce: secrets.nonce, auth: packet, ack: ack))
        case .awaitingAck(let auth):
            let message = try RLPxHandshake.readAck(packet, by: key)
            try agree(
                RLPxSecrets(
                    isInitiator: true, ephemeralSecret: RLPxHandshake.sharedSecret(secrets.ephemeral, message.ephemeralKey),
                    initiatorNonce: secrets.nonce, recipientNonce: message.nonce, auth: auth, ack: packet))
        default: break
        }
        reader?.append(rest)
    }

    private mutating func agree(_ secrets: RLPxSecrets) throws(RLPxError) {
        (reader, writer, phase) = (FrameReader(secrets), FrameWriter(secrets), .awaitingHello)
        try write(0, hello.encoded, isCompressed: false)
    }
}
