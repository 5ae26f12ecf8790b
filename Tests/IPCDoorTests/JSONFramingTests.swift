import Testing

@testable import IPCDoor

@Suite("JSON texts in a stream")
struct JSONFramingTests {
    private func texts(_ chunks: [String], limit: Int = 1_000) throws -> [String] {
        var framing = JSONFraming(limit: limit)
        let texts = chunks.flatMap { framing.texts(from: $0.utf8) }.map { String(decoding: $0, as: UTF8.self) }
        if let failure = framing.failure { throw failure }
        return texts
    }

    @Test("texts end with their first bracket, whatever stands in strings and however they are cut")
    func cutting() throws {
        let first = #"{"id":1,"params":["}]\"\\",{"a":[]}]}"#
        #expect(try texts([first + "\n [1] {}"]) == [first, "[1]", "{}"])
        #expect(try texts(first.map { String($0) }) == [first])
        #expect(try texts(["  \n"]) == [])
        #expect(try texts(["{\"a\":"]) == [])
    }

    @Test("what is no text, or too long, ends the stream")
    func failures() {
        #expect(throws: JSONFraming.Failure.noText) { try texts(["GET / HTTP/1.1"]) }
        #expect(throws: JSONFraming.Failure.noText) { try texts(["{}}"]) }
        #expect(throws: JSONFraming.Failure.tooLong(limit: 4)) { try texts(["[1,2,3]"], limit: 4) }
    }
}
