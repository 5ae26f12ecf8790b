import JSON
import Testing

@Suite("JSON reading and writing")
struct JSONTests {
    @Test(
        "Values keep digits and order",
        arguments: [
            #"null"#, #"true"#, #"[]"#, #"{}"#, #"-0"#, #"1.50"#, #"1e+30"#, #"18446744073709551616"#,
            #"{"b":1,"a":[1,"x",{"c":null}],"b2":false}"#, #""a\"\\\n\t\r\u0001z""#, #""Größe 模型 🙂""#,
        ])
    func roundTrip(text: String) throws {
        #expect(try JSONValue(parsing: text).description == text)
    }

    @Test("Escapes and white space are read by RFC 8259")
    func escapes() throws {
        #expect(try JSONValue(parsing: #""\u0041\ud83d\ude42\/\b\f""#) == .string("A🙂/\u{8}\u{c}"))
        #expect(try JSONValue(parsing: " \r\n\t[ 1 ,\t2 ] ") == [1, 2])
        #expect(try JSONValue(parsing: #"{"a":1,"a":2}"#)["a"] == 2)
    }

    @Test(
        "Malformed text is refused",
        arguments: [
            "", " ", "{", "[", "[1", "[1,", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "tru", "nul", "True",
            "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x10", "NaN", "Infinity", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
            "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\u{1}\"", "\"a\nb\"", "1 2", "{} {}", "[1 2]", "//x\n1", "\u{feff}1",
        ])
    func malformed(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test(
        "Malformed UTF-8 is refused",
        arguments: [[0x22, 0xff, 0x22], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0xff]] as [[UInt8]])
    func malformedUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
    }

    @Test("Depth is limited before the stack is")
    func depth() throws {
        let nested = { (count: Int) in String(repeating: "[", count: count) + String(repeating: "]", count: count) }
        _ = try JSONValue(parsing: nested(64))
        #expect(throws: JSONError.tooDeep(limit: 64)) { try JSONValue(parsing: nested(65)) }
        #expect(throws: JSONError.tooDeep(limit: 64)) { try JSONValue(parsing: String(repeating: "{\"a\":", count: 1_000_000)) }
    }

    @Test("Every truncation of a document fails, never crashes")
    func truncations() throws {
        let document = Array(#"{"jsonrpc":"2.0","id":-1.5e3,"params":["0x1",{"a":"\u00e9\n"},true,null]}"#.utf8)
        for end in 0..<document.count {
            #expect(throws: JSONError.self) { try JSONValue(parsing: document[..<end]) }
        }
    }

    @Test("Random corruption never crashes, and what parses prints to itself")
    func corruption() throws {
        let document = Array(#"{"a":[1,2.5,"x\ty",{"b":null,"c":[true,false]}]}"#.utf8)
        var state: UInt64 = 42
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33)
        }
        for _ in 0..<5_000 {
            var bytes = document
            for _ in 0..<(1 + next() % 3) { bytes[next() % bytes.count] = UInt8(next() % 256) }
            if let value = try? JSONValue(parsing: bytes) {
                #expect(try JSONValue(parsing: value.utf8) == value)
            }
        }
    }
}
