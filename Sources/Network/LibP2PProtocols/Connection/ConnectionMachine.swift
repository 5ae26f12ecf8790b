public import NIOCore
public import PeerIdentity

/// One connection from its first byte: multistream-select to a security, its handshake, the choice of a muxer (inside the
/// handshake, or by multistream-select over the channel), then Yamux. No sockets, clocks or tasks: bytes in and events out,
/// calls in and bytes out.
///
/// Noise is spoken in here. TLS is spoken by whoever drives the machine, between it and the peer: from `startTLS` on, what
/// comes in and goes out here is plaintext, and `secured` says who the peer is.
public struct ConnectionMachine: Sendable {
    public static let muxer = "/yamux/1.0.0"
    /// What is offered as TLS's application protocol, the early choice of a muxer first.
    public static let applicationProtocols = [muxer, "libp2p"]

    private enum Phase {
        case selectingSecurity
        case securing
        /// TLS has begun.
        case securingOutside
        case selectingMuxer(RemotePublicKey)
        case muxed
        case failed
    }

    /// What happened.
    public enum Event: Equatable, Sendable {
        /// TLS is agreed on. All that goes out before it goes in the clear; these bytes of the peer's are TLS's already.
        case startTLS(ByteBuffer)
        /// Both sides are known to each other, and streams may be opened.
        case established(RemotePublicKey)
        case stream(YamuxEvent)
    }

    public let isDialer: Bool
    /// The peer that must answer; `nil` accepts any.
    public let expectedPeer: PeerID?
    private var phase = Phase.selectingSecurity
    private var handshake: NoiseSecurityHandshake
    private var dialer: MultistreamDialer
    private var listener: MultistreamListener
    /// `nil` where TLS is spoken outside.
    private var transport: NoiseTransport?
    private var inbound = ByteBuffer()
    private var plaintext = ByteBuffer()
    private var outbound = ByteBuffer()

    /// The muxer. Calls before `established` are queued.
    public var session: YamuxSession

    /// - Parameters:
    ///   - expectedPeer: the peer that a dialer wants to meet.
    ///   - securities: what is spoken, in a dialer's order of preference.
    public init(
        isDialer: Bool, identity: any PeerSigner, expectedPeer: PeerID? = nil, securities: [ConnectionSecurity] = [.noise],
        limits: YamuxLimits = YamuxLimits()
    ) throws(PeerIdentityError) {
        (self.isDialer, self.expectedPeer) = (isDialer, expectedPeer)
        handshake = try NoiseSecurityHandshake(
            isInitiator: isDialer, identity: identity, expectedPeer: expectedPeer, muxers: [Self.muxer])
        dialer = MultistreamDialer(securities.map(\.rawValue))
        listener = MultistreamListener(securities.map(\.rawValue))
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

    /// TLS is there: who the peer is, and what both agreed on as the application protocol.
    public mutating func secured(_ key: RemotePublicKey, applicationProtocol: String?) throws(ConnectionError) -> [Event] {
        guard case .securingOutside = phase else { throw .tls(.notAuthenticated) }
        guard let applicationProtocol, Self.applicationProtocols.contains(applicationProtocol) else {
            throw .tls(.noApplicationProtocol)
        }
        return [try established(key, isMuxed: applicationProtocol == Self.muxer)].compactMap(\.self) + (try advance())
    }

    /// Bytes for the peer: at most one message at a time, so that a slow transport holds back the streams.
    public mutating func nextOutput() throws(ConnectionError) -> ByteBuffer? {
        if outbound.readableBytes == 0, case .muxed = phase, let frame = session.nextFrame() {
            guard transport != nil else { return frame }
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
                guard let agreed = try select(sealing: false) else { return events }
                guard agreed == ConnectionSecurity.noise.rawValue else {
                    phase = .securingOutside
                    events.append(.startTLS(inbound))
                    inbound = ByteBuffer()
                    return events
                }
                phase = .securing
                do { outbound.writeBytes(try handshake.start()) } catch { throw .security(error) }
            case .securing:
                let step: NoiseSecurityHandshake.Step
                do { step = try handshake.receive(&inbound) } catch { throw .security(error) }
                outbound.writeBytes(step.output)
                guard let outcome = step.outcome else { return events }
                transport = outcome.transport
                if let event = try established(outcome.remoteKey, isMuxed: outcome.earlyMuxer != nil) { events.append(event) }
            case .securingOutside:
                // Nobody is known yet: nothing may come.
                guard inbound.readableBytes == 0 else { throw .tls(.notAuthenticated) }
                return events
            case .selectingMuxer(let key):
                try decrypt()
                guard try select(sealing: true) != nil else { return events }
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

    /// The peer is known; without a muxer so far, one is asked for.
    private mutating func established(_ key: RemotePublicKey, isMuxed: Bool) throws(ConnectionError) -> Event? {
        if isMuxed {
            phase = .muxed
            return .established(key)
        }
        phase = .selectingMuxer(key)
        dialer = MultistreamDialer([Self.muxer])
        listener = MultistreamListener([Self.muxer])
        if isDialer { try sealed(try startDialer()) }
        return nil
    }

    private mutating func startDialer() throws(ConnectionError) -> [UInt8] {
        do { return try dialer.start() } catch { throw .negotiation(error) }
    }

    /// What both agree on of what is negotiated now.
    private mutating func select(sealing: Bool) throws(ConnectionError) -> String? {
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
        return step.agreed
    }

    private mutating func sealed(_ bytes: [UInt8]) throws(ConnectionError) {
        guard !bytes.isEmpty else { return }
        guard transport != nil else {
            outbound.writeBytes(bytes)
            return
        }
        do { try transport?.seal(ByteBuffer(bytes: bytes), into: &outbound) } catch { throw .security(error) }
    }

    private mutating func decrypt() throws(ConnectionError) {
        guard transport != nil else {
            if plaintext.readableBytes == 0 { swap(&plaintext, &inbound) } else { plaintext.writeBuffer(&inbound) }
            inbound.clear()
            return
        }
        do { try transport?.open(&inbound, into: &plaintext) } catch { throw .security(error) }
    }
}
