import HTTPReader
import Testing

@Suite struct EventStreamTests {
    @Test(arguments: [1, 2, 7, 1000])
    func cutsTheBytesAsTheyCome(chunk: Int) throws {
        let text = ":keep\r\n\r\nevent: head\r\ndata: {\"a\":1}\r\n\r\ndata:x\ndata: y\nid: 3\n\nevent: lonely\n\ndata"
        let bytes = Array(text.utf8)
        var stream = EventStream()
        var events: [EventStream.Event] = []
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            events += try stream.take(bytes[start..<min(start + chunk, bytes.count)])
        }
        #expect(events == [.init(name: "head", data: "{\"a\":1}"), .init(name: "message", data: "x\ny")])
    }

    @Test func anEndlessLineIsRefused() {
        var stream = EventStream()
        #expect(throws: HTTPReadError.self) {
            for _ in 0..<3 { _ = try stream.take([UInt8](repeating: 65, count: EventStream.lineLimit / 2)) }
        }
    }
}
