import LibP2PProtocols
import NIOCore
import PeerIdentity

extension ConnectionHandler {
    // MARK: What the application asks

    func open(_ protocols: [String]) -> EventLoopFuture<PeerStream> {
        guard let loop, remote != nil, !isClosed else { return ready.futureResult.eventLoop.makeFailedFuture(HostError.closed) }
        var dialer = MultistreamDialer(protocols)
        let promise = loop.makePromise(of: PeerStream.self)
        do {
            let proposal = try dialer.start()
            let id = try machine.session.open()
            try machine.session.send(ByteBuffer(bytes: proposal), on: id)
            streams[id] = StreamPort(.dialing(dialer, promise))
            limitNegotiation(id)
            flush()
        } catch let error as MultistreamError {
            promise.fail(HostError.negotiation(error))
        } catch {
            promise.fail((error as? YamuxError).map { HostError.muxer($0) } ?? .closed)
        }
        return promise.futureResult
    }

    func read(_ id: YamuxStreamID) -> EventLoopFuture<ByteBuffer?> {
        let loop = ready.futureResult.eventLoop
        guard let port = streams[id] else { return loop.makeFailedFuture(HostError.closed) }
        if let bytes = port.inbox.popFirst() {
            took(bytes.readableBytes, id)
            flush()
            return loop.makeSucceededFuture(bytes)
        }
        if port.remoteClosed { return loop.makeSucceededFuture(nil) }
        if let failure = port.failure { return loop.makeFailedFuture(failure) }
        let promise = loop.makePromise(of: ByteBuffer?.self)
        port.waitToRead(promise)
        return promise.futureResult
    }

    func write(_ bytes: ByteBuffer, on id: YamuxStreamID) -> EventLoopFuture<Void> {
        let loop = ready.futureResult.eventLoop
        guard let port = streams[id] else { return loop.makeFailedFuture(HostError.closed) }
        if let failure = port.failure { return loop.makeFailedFuture(failure) }
        do throws(YamuxError) { try machine.session.send(bytes, on: id) } catch {
            return loop.makeFailedFuture(HostError.muxer(error))
        }
        flush()
        guard machine.session.queuedBytes(on: id) > 0 else { return loop.makeSucceededVoidFuture() }
        let promise = loop.makePromise(of: Void.self)
        port.waitToWrite(promise)
        waitingWriters.insert(id)
        return promise.futureResult
    }

    func closeWrite(_ id: YamuxStreamID) {
        machine.session.closeWrite(id)
        flush()
    }

    func close(_ id: YamuxStreamID) {
        guard let port = streams[id], !port.discards else { return }
        port.discards = true
        port.inbox = []
        machine.session.closeWrite(id)
        flush()
        if port.remoteClosed || port.failure != nil {
            forget(id, .closed)
        } else if let loop {
            let bound = NIOLoopBound(self, eventLoop: loop)
            loop.scheduleTask(in: Self.lingering) { bound.value.reset(id) }
        }
    }

    func reset(_ id: YamuxStreamID) {
        guard streams[id] != nil else { return }
        machine.session.reset(id)
        forget(id, .streamReset)
        flush()
    }

    // MARK: What the peer does

    func handle(_ event: YamuxEvent) {
        switch event {
        case .opened(let id):
            streams[id] = StreamPort(.listening(MultistreamListener(callbacks.protocols())))
            machine.session.accept(id)
            limitNegotiation(id)
        case .data(let id, let bytes): take(bytes, id)
        case .remoteClosed(let id):
            guard let port = streams[id] else { return }
            port.remoteClosed = true
            if case .open = port.phase {
                port.finishReading(nil)
                if port.discards { forget(id, .closed) }
            } else {
                reset(id)
            }
        case .reset(let id):
            guard let port = streams[id] else { return }
            port.failure = .streamReset
            port.inbox = []
            forget(id, .streamReset)
        case .pong: pong()
        case .acknowledged, .goAway: break
        }
    }

    private func take(_ bytes: ByteBuffer, _ id: YamuxStreamID) {
        guard let port = streams[id] else { return }
        switch port.phase {
        case .open:
            guard !port.discards else { return }
            if port.hasReader {
                took(bytes.readableBytes, id)
                port.finishReading(bytes)
            } else {
                port.inbox.append(bytes)
            }
        case .dialing, .listening:
            var bytes = bytes
            port.negotiation.writeBuffer(&bytes)
            negotiate(port, id)
        }
    }

    private func negotiate(_ port: StreamPort, _ id: YamuxStreamID) {
        guard let remote, let connection = face else { return }
        let before = port.negotiation.readableBytes
        let step: MultistreamDialer.Step
        do throws(MultistreamError) {
            switch port.phase {
            case .dialing(var dialer, let promise):
                step = try dialer.receive(&port.negotiation)
                port.phase = .dialing(dialer, promise)
            case .listening(var listener):
                step = try listener.receive(&port.negotiation)
                port.phase = .listening(listener)
            case .open: return
            }
        } catch {
            machine.session.reset(id)
            return forget(id, .negotiation(error))
        }
        // What follows the negotiation is given back when it is read.
        took(before - port.negotiation.readableBytes, id)
        if !step.output.isEmpty { try? machine.session.send(ByteBuffer(bytes: step.output), on: id) }
        guard let name = step.agreed else { return }
        let isOwn = if case .dialing = port.phase { true } else { false }
        do { try callbacks.streamOpened(remote, name, isOwn) } catch {
            machine.session.reset(id)
            return forget(id, (error as? ResourceLedger.Exceeded).map { .resources($0) } ?? .closed)
        }
        port.protocolName = name
        if port.negotiation.readableBytes > 0 { port.inbox.append(port.negotiation) }
        port.negotiation = ByteBuffer()
        let stream = PeerStream(connection: connection, peer: remote, id: id, protocolName: name)
        let phase = port.phase
        port.phase = .open
        if case .dialing(_, let promise) = phase { promise.succeed(stream) } else { callbacks.inbound(stream) }
    }

    private func took(_ count: Int, _ id: YamuxStreamID) {
        guard let remote else { return }
        var extra = 0
        machine.session.consumed(count, on: id, now: NIODeadline.now().uptimeNanoseconds) { [callbacks] bytes in
            guard callbacks.grow(remote, bytes) else { return false }
            extra = bytes
            return true
        }
        grown += extra
    }

    private func limitNegotiation(_ id: YamuxStreamID) {
        guard let loop else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: Self.negotiationTimeout) {
            guard let port = bound.value.streams[id] else { return }
            if case .open = port.phase { return }
            bound.value.machine.session.reset(id)
            bound.value.forget(id, .timedOut("choosing a protocol"))
            bound.value.flush()
        }
    }

    private func forget(_ id: YamuxStreamID, _ error: HostError) {
        guard let port = streams.removeValue(forKey: id) else { return }
        waitingWriters.remove(id)
        end(port, error)
    }
}
