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

    /// Strings are compared and hashed in normal form, for which long runs of combining marks are sorted: a megabyte of them
    /// would take minutes at the first comparison.
    @Test("Long runs of combining marks are refused")
    func combiningMarks() throws {
        let marks = String(repeating: "\u{316}\u{315}", count: 64)
        #expect(try JSONValue(parsing: "\"e\(marks)\"") == .string("e" + marks))
        for run in [marks + "\u{301}", String(repeating: "\u{316}\u{315}", count: 1_000_000)] {
            for text in ["\"\(run)\"", "{\"\(run)\":1}", "[\"a\(marks)b\(run)\"]"] {
                #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
            }
        }
        // As escapes, too.
        #expect(throws: JSONError.self) { try JSONValue(parsing: "\"" + String(repeating: #"\u0316"#, count: 129) + "\"") }
        #expect(throws: JSONError.tooManyMarks(at: 1, limit: 128)) { try JSONValue(parsing: " \"\(marks)\u{1d165}\"") }
    }

    @Test("Members are found by their name's bytes")
    func memberNames() throws {
        let value = try JSONValue(parsing: "{\"\u{e9}\":1,\"e\u{301}\":2}")
        #expect(value["\u{e9}"] == 1)
        #expect(value["e\u{301}"] == 2)
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

    @Test("Repeated names are refused where that is asked for, and compared byte by byte")
    func uniqueNames() throws {
        #expect(throws: JSONError.repeatedName("a", at: 7)) { try JSONValue(parsing: #"{"a":1,"a":2}"#, uniqueNames: true) }
        #expect(throws: JSONError.repeatedName("A", at: 17)) {
            try JSONValue(parsing: #"[{"A":{}},{"A":1,"\u0041":2}]"#, uniqueNames: true)
        }
        // é as one character and as e with an accent: two tokens of a vocabulary, though Unicode calls them equal.
        let value = try JSONValue(parsing: "{\"\u{e9}\":1,\"e\u{301}\":2,\"b\":{\"\u{e9}\":3}}", uniqueNames: true)
        #expect(value["\u{e9}"] == 1 && value["e\u{301}"] == 2)
        #expect(value.object?.count == 3)
    }

    @Test("Numbers as integers, whole numbers and doubles")
    func numbers() throws {
        for (text, int, whole, double) in [
            ("0", 0, 0, 0), ("-0", 0, 0, -0.0), ("8192.0", nil, 8192, 8192), ("1e3", nil, 1000, 1000), ("1.5", nil, nil, 1.5),
            ("9223372036854775807", Int.max, Int.max, 0x1p63), ("9223372036854775808", nil, nil, 0x1p63),
            ("-9223372036854775808", Int.min, Int.min, -0x1p63), ("1e999", nil, nil, .infinity), ("1e-5", nil, nil, 1e-5),
        ] as [(String, Int?, Int?, Double)] {
            let value = try JSONValue(parsing: text)
            #expect(value.int == int && value.wholeNumber == whole && value.double == double, "\(text)")
        }
        #expect(JSONValue("1").int == nil && JSONValue("1").double == nil)
        #expect(JSONValue(0.05).description == "0.05" && JSONValue(Double.nan) == .null && JSONValue(-Double.infinity) == .null)
        #expect(try JSONValue(parsing: JSONValue(1e30).utf8).double == 1e30)
    }

    @Test("Text is read in place, whatever lies around it")
    func inPlace() throws {
        let bytes = Array("xx[1,\"a\\n\"]yy".utf8)
        try bytes.withUnsafeBytes { (buffer) throws in
            let value = try JSONValue(parsing: UnsafeRawBufferPointer(rebasing: buffer[2..<11]))
            #expect(value == [1, "a\n"])
            #expect(throws: JSONError.self) { try JSONValue(parsing: buffer) }
        }
        #expect(throws: JSONError.unexpectedEnd) { try JSONValue(parsing: UnsafeRawBufferPointer(start: nil, count: 0)) }
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
