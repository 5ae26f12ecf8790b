import NIOCore
import TestSupport
import Testing

@testable import LibP2PProtocols

@Suite("Yamux")
struct YamuxTests {
    /// Moves everything that one side has to say to the other, cut at random places.
    private static func pump(
        _ from: inout YamuxSession, _ to: inout YamuxSession, _ pending: inout ByteBuffer, _ generator: inout SeededGenerator
    ) throws -> [YamuxEvent] {
        var wire = ByteBuffer()
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            guard var frame = from.nextFrame() else { break }
            wire.writeBuffer(&frame)
        }
        var events: [YamuxEvent] = []
        while wire.readableBytes > 0 {
            guard var chunk = wire.readSlice(length: min(wire.readableBytes, Int.random(in: 1...90_000, using: &generator))) else { break }
            pending.writeBuffer(&chunk)
            events += try to.receive(&pending)
        }
        return events
    }

    @Test("all bytes in order, and never more than the window allows", arguments: 1...6)
    func property(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var (dialer, listener) = (YamuxSession(isDialer: true), YamuxSession(isDialer: false))
        dialer.roundTrip = 1_000
        listener.roundTrip = 1_000
        var (toListener, toDialer) = (ByteBuffer(), ByteBuffer())
        var sent: [YamuxStreamID: [UInt8]] = [:]
        var received: [YamuxStreamID: [UInt8]] = [:]
        var outstanding: [YamuxStreamID: Int] = [:]
        var closed: Set<YamuxStreamID> = []
        for _ in 0..<3 {
            let id = try dialer.open()
            let bytes = generator.bytes(Int.random(in: 0...900_000, using: &generator))
            sent[id] = bytes
            received[id] = []
            var rest = ByteBuffer(bytes: bytes)
            while let chunk = rest.readSlice(length: min(rest.readableBytes, Int.random(in: 1...200_000, using: &generator))),
                chunk.readableBytes > 0
            {
                try dialer.send(chunk, on: id)
            }
            dialer.closeWrite(id)
        }
        var rounds = 0
        while closed.count < 3, rounds < 5_000 {
            rounds += 1
            for event in try Self.pump(&dialer, &listener, &toListener, &generator) {
                switch event {
                case .opened(let id): listener.accept(id)
                case .data(let id, let bytes):
                    received[id, default: []] += Array(bytes.readableBytesView)
                    outstanding[id, default: 0] += bytes.readableBytes
                    let window = try #require(listener.streams[id]).windowSize
                    #expect(outstanding[id, default: 0] <= Int(window))
                case .remoteClosed(let id): closed.insert(id)
                default: Issue.record("\(event)")
                }
            }
            for (id, count) in outstanding where count > 0 && Bool.random(using: &generator) {
                listener.consumed(count, on: id, now: UInt64(rounds) * 1_000)
                outstanding[id] = 0
            }
            _ = try Self.pump(&listener, &dialer, &toDialer, &generator)
        }
        #expect(received == sent)
        for id in sent.keys { listener.closeWrite(id) }
        for _ in 0..<20 { _ = try Self.pump(&listener, &dialer, &toDialer, &generator) }
        #expect(dialer.streamCount == 0 && listener.streamCount == 0)
    }

    @Test("the window grows while updates follow each other quickly, within its bounds and where it may", arguments: [true, false])
    func growth(mayGrow: Bool) throws {
        var limits = YamuxLimits()
        limits.maximumWindow = 1 << 20
        var (dialer, listener) = (YamuxSession(isDialer: true), YamuxSession(isDialer: false, limits: limits))
        listener.roundTrip = 1_000_000
        let id = try dialer.open()
        try dialer.send(ByteBuffer(repeating: 1, count: 8 << 20), on: id)
        var (now, asked) = (UInt64(1), 0)
        for _ in 0..<2_000 {
            guard let frame = dialer.nextFrame() else { break }
            var input = frame
            for case .data(let id, let bytes) in try listener.receive(&input) {
                now += 1_000
                listener.consumed(bytes.readableBytes, on: id, now: now) { bytes in
                    asked += bytes
                    return mayGrow
                }
            }
            while var frame = listener.nextFrame() { _ = try dialer.receive(&frame) }
        }
        #expect(dialer.queuedBytes(on: id) == 0)
        #expect(listener.streams[id]?.windowSize == (mayGrow ? 1 << 20 : YamuxLimits.initialWindow))
        #expect(listener.grownBytes == (mayGrow ? 1 << 20 - 1 << 18 : 0))
        #expect(mayGrow ? asked == listener.grownBytes : asked > 0)
    }

    private func frame(_ kind: YamuxHeader.Kind, _ flags: YamuxHeader.Flags, _ stream: UInt32, _ length: UInt32) -> ByteBuffer {
        var buffer = ByteBuffer()
        YamuxHeader(kind, flags, stream: stream, length: length).write(to: &buffer)
        return buffer
    }

    @Test("bad frames end the session")
    func badFrames() throws {
        func receive(_ frames: ByteBuffer...) throws -> [YamuxEvent] {
            var session = YamuxSession(isDialer: false)
            return try frames.flatMap { frame in
                var input = frame
                return try session.receive(&input)
            }
        }
        #expect(throws: YamuxError.badStreamID(2)) { try receive(frame(.data, .syn, 2, 0)) }
        #expect(throws: YamuxError.badStreamID(0)) { try receive(frame(.data, .syn, 0, 0)) }
        #expect(throws: YamuxError.badStreamID(1)) { try receive(frame(.data, .syn, 1, 0), frame(.data, .syn, 1, 0)) }
        #expect(throws: YamuxError.windowExceeded(stream: 1)) { try receive(frame(.data, .syn, 1, 256 * 1024 + 1)) }
        #expect(throws: YamuxError.windowExceeded(stream: 1)) { try receive(frame(.data, .syn, 1, UInt32.max)) }
        #expect(throws: YamuxError.windowOverflow(stream: 1)) {
            try receive(frame(.windowUpdate, .syn, 1, UInt32.max))
        }
        #expect(throws: YamuxError.unknownVersion(1)) { try receive(ByteBuffer(bytes: [1] + [UInt8](repeating: 0, count: 11))) }
        #expect(throws: YamuxError.unknownFrame(9)) { try receive(ByteBuffer(bytes: [0, 9] + [UInt8](repeating: 0, count: 10))) }
        // A stream that is gone, or never was: passed over.
        #expect(try receive(frame(.windowUpdate, [], 7, 5), frame(.data, .rst, 9, 0)) == [])
    }

    @Test("floods are bounded: streams, answers")
    func floods() throws {
        var session = YamuxSession(isDialer: false)
        var opened = 0
        for index in 0..<2_000 {
            var input = frame(.windowUpdate, .syn, UInt32(2 * index + 1), 0)
            opened += try session.receive(&input).count
            _ = session.nextFrame()
        }
        #expect(opened == 256 && session.streamCount == 256)
        #expect(throws: YamuxError.controlFlood) {
            while true {
                var input = frame(.ping, .syn, 0, 1)
                _ = try session.receive(&input)
            }
        }
    }

    @Test("the ack backlog holds back opening, and an acknowledgement frees it")
    func backlog() throws {
        var (dialer, listener) = (YamuxSession(isDialer: true), YamuxSession(isDialer: false))
        let ids = try (0..<256).map { _ in try dialer.open() }
        #expect(throws: YamuxError.ackBacklogFull) { try dialer.open() }
        while var frame = dialer.nextFrame() { _ = try listener.receive(&frame) }
        listener.accept(ids[0])
        while var frame = listener.nextFrame() { #expect(try dialer.receive(&frame) == [.acknowledged(ids[0])]) }
        #expect(try dialer.open() == 513)
    }

    @Test("bytes that are counted twice give no window away")
    func doubleCount() throws {
        var session = YamuxSession(isDialer: false)
        var input = frame(.data, .syn, 1, 200_000)
        input.writeRepeatingByte(0, count: 200_000)
        _ = try session.receive(&input)
        session.consumed(200_000, on: 1, now: 1)
        session.consumed(200_000, on: 1, now: 2)
        #expect(session.streams[1]?.receiveWindow == YamuxLimits.initialWindow)
    }

    @Test("ping, reset, go-away")
    func control() throws {
        var (dialer, listener) = (YamuxSession(isDialer: true), YamuxSession(isDialer: false))
        func exchange() throws -> [YamuxEvent] {
            while var frame = dialer.nextFrame() { _ = try listener.receive(&frame) }
            var events: [YamuxEvent] = []
            while var frame = listener.nextFrame() { events += try dialer.receive(&frame) }
            return events
        }
        dialer.ping(7)
        #expect(try exchange() == [.pong(7)])
        let id = try dialer.open()
        _ = try exchange()
        listener.reset(id)
        #expect(try exchange() == [.reset(id)])
        #expect(dialer.streamCount == 0 && listener.streamCount == 0)
        listener.goAway()
        #expect(try exchange() == [.goAway(0)])
        #expect(throws: YamuxError.closed) { try dialer.open() }
    }
}
