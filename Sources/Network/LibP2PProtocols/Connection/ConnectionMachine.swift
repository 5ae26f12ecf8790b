public import NIOCore
public import PeerIdentity

/// One connection from its first byte: multistream-select to `/noise`, the handshake, the choice of a muxer (inside the
/// handshake, or by multistream-select over the channel), then Yamux over Noise. No sockets, clocks or tasks: bytes in and
/// events out, calls in and bytes out.
public struct ConnectionMachine: Sendable {
    public static let security = "/noise"
    public static let muxer = "/yamux/1.0.0"

    private enum Phase {
        case selectingSecurity
        case securing
        case selectingMuxer(RemotePublicKey)
        case muxed
        case failed
    }

    /// What happened.
    public enum Event: Equatable, Sendable {
        /// Both sides are known to each other, and streams may be opened.
        case established(RemotePublicKey)
        case stream(YamuxEvent)
    }

    private let isDialer: Bool
    private var phase = Phase.selectingSecurity
    private var handshake: NoiseSecurityHandshake
    private var dialer: MultistreamDialer
    private var listener: MultistreamListener
    private var transport: NoiseTransport?
    private var inbound = ByteBuffer()
    private var plaintext = ByteBuffer()
    private var outbound = ByteBuffer()

    /// The muxer. Calls before `established` are queued.
    public var session: YamuxSession

    /// - Parameter expectedPeer: the peer that a dialer wants to meet.
    public init(
        isDialer: Bool, identity: PeerKeyPair, expectedPeer: PeerID? = nil, limits: YamuxLimits = YamuxLimits()
    ) throws(PeerIdentityError) {
        self.isDialer = isDialer
        handshake = try NoiseSecurityHandshake(
            isInitiator: isDialer, identity: identity, expectedPeer: expectedPeer, muxers: [Self.muxer])
        dialer = MultistreamDialer([Self.security])
        listener = MultistreamListener([Self.security])
        session = YamuxSession(isDialer: isDialer, limits: limits)
    }

    /// Begins a connection; a dialer speaks first.
    public mutating func start() throws(ConnectionError) {
        guard isDialer else { return }
        do { outbound.writeBytes(try dialer.start()) } catch { throw .negotiation(error) }
    }

    /// Takes bytes of the peer. After an error the connection is to be closed.
    public mutating func receive(_ bytes: ByteBuffer) throws(ConnectionError) -> [Event] {
        var bytes = bytes
        inbound.writeBuffer(&bytes)
        do {
            let events = try advance()
            inbound.discardReadBytes()
            plaintext.discardReadBytes()
            return events
        } catch {
            phase = .failed
            throw error
        }
    }

    /// Bytes for the peer: at most one message at a time, so that a slow transport holds back the streams.
    public mutating func nextOutput() throws(ConnectionError) -> ByteBuffer? {
        if outbound.readableBytes == 0, case .muxed = phase, let frame = session.nextFrame() {
            do { try transport?.seal(frame, into: &outbound) } catch { throw .security(error) }
        }
        guard outbound.readableBytes > 0 else { return nil }
        defer { outbound = ByteBuffer() }
        return outbound
    }

    private mutating func advance() throws(ConnectionError) -> [Event] {
        var events: [Event] = []
        while true {
            switch phase {
            case .selectingSecurity:
                guard try select(sealing: false) else { return events }
                phase = .securing
                do { outbound.writeBytes(try handshake.start()) } catch { throw .security(error) }
            case .securing:
                let step: NoiseSecurityHandshake.Step
                do { step = try handshake.receive(&inbound) } catch { throw .security(error) }
                outbound.writeBytes(step.output)
                guard let outcome = step.outcome else { return events }
                transport = outcome.transport
                if outcome.earlyMuxer != nil {
                    phase = .muxed
                    events.append(.established(outcome.remoteKey))
                } else {
                    phase = .selectingMuxer(outcome.remoteKey)
                    dialer = MultistreamDialer([Self.muxer])
                    listener = MultistreamListener([Self.muxer])
                    if isDialer { try sealed(try startDialer()) }
                }
            case .selectingMuxer(let key):
                try decrypt()
                guard try select(sealing: true) else { return events }
                phase = .muxed
                events.append(.established(key))
            case .muxed:
                try decrypt()
                do { events += try session.receive(&plaintext).map { .stream($0) } } catch { throw .muxer(error) }
                return events
            case .failed:
                throw .muxer(.closed)
            }
        }
    }

    private mutating func startDialer() throws(ConnectionError) -> [UInt8] {
        do { return try dialer.start() } catch { throw .negotiation(error) }
    }

    /// Whether both agree on what is negotiated now.
    private mutating func select(sealing: Bool) throws(ConnectionError) -> Bool {
        let step: MultistreamDialer.Step
        do {
            step =
                switch (isDialer, sealing) {
                case (true, false): try dialer.receive(&inbound)
                case (true, true): try dialer.receive(&plaintext)
                case (false, false): try listener.receive(&inbound)
                case (false, true): try listener.receive(&plaintext)
                }
        } catch { throw .negotiation(error) }
        if sealing { try sealed(step.output) } else { outbound.writeBytes(step.output) }
        return step.agreed != nil
    }

    private mutating func sealed(_ bytes: [UInt8]) throws(ConnectionError) {
        guard !bytes.isEmpty else { return }
        do { try transport?.seal(ByteBuffer(bytes: bytes), into: &outbound) } catch { throw .security(error) }
    }

    private mutating func decrypt() throws(ConnectionError) {
        do { try transport?.open(&inbound, into: &plaintext) } catch { throw .security(error) }
    }
}
