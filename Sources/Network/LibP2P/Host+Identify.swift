public import LibP2PProtocols
public import PeerIdentity
import Logging
import Multiformats
import NIOCore
import Synchronization

extension Host {
    static let ping = "/ipfs/ping/1.0.0"
    /// How long a peer may take to read what has changed here.
    private static let pushPatience: Duration = .seconds(10)

    func serveOwnProtocols() {
        handle(Self.ping) { stream in
            var reader = StreamReader(stream)
            while let bytes = try await reader.bytes(32) { try await stream.write(bytes) }
        }
        handle(IdentifyMessage.identify) { [weak self] stream in
            guard let self else { return }
            try await stream.write(VarintFrames.frame(try identifyMessage(for: stream.connection).bytes))
            stream.closeWrite()
        }
        handle(IdentifyMessage.push) { [weak self] stream in
            guard let self else { return }
            let message = try await Self.readIdentify(stream)
            state.withLock { $0.peerstore.merge(message, of: stream.peer) }
            tell(.identified(stream.peer))
        }
    }

    /// Where this host can be dialled, signed by it.
    public func sealedRecord() throws -> [UInt8] {
        let (addresses, sequence) = state.withLock { ($0.listenAddresses + $0.circuitAddresses, $0.sequence) }
        return try PeerRecord(peer: peerID, sequence: sequence, addresses: addresses).sealed(by: identity)
    }

    /// What this host says of itself on a connection.
    func identifyMessage(for connection: PeerConnection) throws -> IdentifyMessage {
        let (addresses, sequence) = state.withLock { ($0.listenAddresses + $0.circuitAddresses, $0.sequence) }
        var message = IdentifyMessage()
        message.publicKey = identity.publicKeyMessage
        message.listenAddresses = addresses
        message.protocols = protocols
        message.observedAddress = connection.isRelayed ? nil : connection.remoteAddress
        message.agentVersion = configuration.agent
        message.protocolVersion = configuration.protocolVersion
        message.signedPeerRecord = try PeerRecord(peer: peerID, sequence: sequence, addresses: addresses).sealed(by: identity)
        return message
    }

    /// Asks a new peer who it is.
    func identify(_ connection: PeerConnection, _ peer: PeerID) async {
        do {
            let stream = try await connection.openStream([IdentifyMessage.identify])
            var message = try await Self.readIdentify(stream)
            stream.close()
            // Who comes through a relay sees nothing of this host's address, and a port of the system's says nothing.
            if connection.isRelayed || configuration.dialsFromListenPort && !connection.showsListener {
                message.observedAddress = nil
            }
            state.withLock { $0.peerstore.merge(message, of: peer) }
            tell(.identified(peer))
        } catch {
            logger.debug("identify failed", metadata: ["peer": "\(peer)", "reason": "\(error)"])
        }
    }

    /// What `peer` says of itself now.
    public func identify(_ peer: PeerID) async throws -> IdentifyMessage {
        let stream = try await openStream(to: peer, [IdentifyMessage.identify])
        defer { stream.close() }
        let message = try await Self.readIdentify(stream)
        state.withLock { $0.peerstore.merge(message, of: peer) }
        return message
    }

    /// Tells every connected peer what has changed here.
    public func pushIdentify() async {
        let connections = state.withLock { state in
            state.sequence += 1
            return state.connections.values.flatMap(\.self)
        }
        // One that does not read keeps the others waiting for nothing.
        await withDiscardingTaskGroup { tasks in
            for connection in connections { tasks.addTask { await self.pushIdentify(on: connection) } }
        }
    }

    private func pushIdentify(on connection: PeerConnection) async {
        do {
            let stream = try await connection.openStream([IdentifyMessage.push])
            let deadline = stream.deadline(Self.pushPatience)
            defer { deadline.cancel() }
            try await stream.write(VarintFrames.frame(try identifyMessage(for: connection).bytes))
            stream.close()
        } catch {
            logger.debug("identify push failed", metadata: ["reason": "\(error)"])
        }
    }

    private static func readIdentify(_ stream: PeerStream) async throws -> IdentifyMessage {
        var reader = StreamReader(stream)
        var (message, count) = (IdentifyMessage(), 0)
        while let bytes = try await reader.frame(limit: IdentifyMessage.maximumSize) {
            count += 1
            guard count <= IdentifyMessage.maximumMessages else { break }
            try message.merge(bytes)
        }
        guard count > 0 else { throw HostError.streamEnded }
        return message
    }

    /// Round trips to a connected peer, over one stream.
    public func ping(_ peer: PeerID, count: Int = 1) async throws -> [Duration] {
        let stream = try await openStream(to: peer, [Self.ping])
        let deadline = stream.deadline(.seconds(10))
        defer {
            deadline.cancel()
            stream.close()
        }
        var reader = StreamReader(stream)
        var trips: [Duration] = []
        for _ in 0..<count {
            let payload = ByteBuffer(bytes: (0..<32).map { _ in UInt8.random(in: 0...255) })
            let start = ContinuousClock.now
            try await stream.write(payload)
            guard try await reader.bytes(32) == payload else { throw HostError.streamEnded }
            trips.append(ContinuousClock.now - start)
        }
        if let last = trips.last { state.withLock { $0.peerstore.setLatency(last, of: peer) } }
        return trips
    }
}
