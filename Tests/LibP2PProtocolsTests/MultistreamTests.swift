import NIOCore
import Testing

@testable import LibP2PProtocols

@Suite("multistream-select")
struct MultistreamTests {
    /// Runs both sides against each other, a byte at a time.
    private func negotiate(_ proposals: [String], _ spoken: [String]) throws -> (String?, String?) {
        var (dialer, listener) = (MultistreamDialer(proposals), MultistreamListener(spoken))
        var (toListener, toDialer) = (ByteBuffer(bytes: try dialer.start()), ByteBuffer())
        var (forListener, forDialer) = (ByteBuffer(), ByteBuffer())
        var agreed: (String?, String?)
        while toListener.readableBytes + toDialer.readableBytes > 0, agreed.0 == nil || agreed.1 == nil {
            if let byte = toListener.readBytes(length: 1) {
                forListener.writeBytes(byte)
                let step = try listener.receive(&forListener)
                toDialer.writeBytes(step.output)
                agreed.1 = agreed.1 ?? step.agreed
            }
            if let byte = toDialer.readBytes(length: 1) {
                forDialer.writeBytes(byte)
                let step = try dialer.receive(&forDialer)
                toListener.writeBytes(step.output)
                agreed.0 = agreed.0 ?? step.agreed
            }
        }
        return agreed
    }

    @Test("the first proposal that both speak")
    func agreement() throws {
        #expect(try negotiate(["/noise"], ["/noise"]) == ("/noise", "/noise"))
        #expect(try negotiate(["/a", "/b", "/c"], ["/c", "/b"]) == ("/b", "/b"))
    }

    @Test("nothing in common")
    func refusal() {
        #expect(throws: MultistreamError.refused(["/a", "/b"])) { try negotiate(["/a", "/b"], ["/c"]) }
    }

    @Test("the bytes of the specification")
    func bytes() throws {
        var dialer = MultistreamDialer(["/noise"])
        #expect(try dialer.start() == [19] + Array("/multistream/1.0.0\n".utf8) + [7] + Array("/noise\n".utf8))
    }

    @Test("listing")
    func listing() throws {
        var listener = MultistreamListener(["/a"])
        var input = ByteBuffer(bytes: Multistream.line("/multistream/1.0.0") + Multistream.line("ls"))
        let step = try listener.receive(&input)
        #expect(step.output == Multistream.line("/multistream/1.0.0") + [5, 3] + Array("/a\n\n".utf8))
        #expect(step.agreed == nil)
    }

    @Test("bad openings")
    func badInput() {
        func receive(_ bytes: [UInt8]) throws -> MultistreamListener.Step {
            var (listener, input) = (MultistreamListener(["/a"]), ByteBuffer(bytes: bytes))
            return try listener.receive(&input)
        }
        #expect(throws: MultistreamError.self) {
            try receive(Array("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: something that speaks the web\r\n\r\n".utf8))
        }
        #expect(throws: MultistreamError.malformedLine) { try receive([3, 0x2f, 0x61, 0x62]) }
        #expect(throws: MultistreamError.malformedLine) { try receive([2, 0xff, 0x0a]) }
        #expect(throws: MultistreamError.wire(.tooLong(length: 1 << 14, limit: 1024))) { try receive([0x80, 0x80, 0x01]) }
        let many = (0..<65).flatMap { Multistream.line("/x\($0)") }
        #expect(throws: MultistreamError.tooManyProposals) { try receive(Multistream.line(Multistream.header) + many) }
    }
}
