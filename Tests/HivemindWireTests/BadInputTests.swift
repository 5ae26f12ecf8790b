import LibP2PProtocols
import MessagePack
import NIOCore
import RSASignatures
import Testing

@testable import HivemindWire

@Suite("Hivemind's bytes from outside")
struct BadInputTests {
    @Test("the lists of a request to store belong together")
    func store() throws {
        var writer = ProtobufWriter()
        writer.bytes(2, [UInt8](repeating: 1, count: 20))
        writer.bytes(3, [0xc0])
        writer.bytes(4, [1])
        writer.bytes(6, [0])
        #expect(throws: WireError.malformed("lists of different lengths")) { try StoreRequest(bytes: writer.bytes) }
        writer.fixed64(5, (2.5).bitPattern)
        #expect(try StoreRequest(bytes: writer.bytes).items.map(\.expiration) == [2.5], "numbers one by one are read too")
        writer.bytes(5, [1, 2, 3])
        #expect(throws: WireError.malformed("packed doubles of 3 bytes")) { try StoreRequest(bytes: writer.bytes) }
        var short = ProtobufWriter()
        short.bytes(2, [1, 2, 3])
        #expect(throws: WireError.malformed("a DHT id of 3 bytes")) { try StoreRequest(bytes: short.bytes) }
        var packed = ProtobufWriter()
        packed.bytes(6, [0x80, 1])
        #expect(throws: WireError.malformed("packed truth values")) { try StoreRequest(bytes: packed.bytes) }
    }

    @Test("numbers of keys, values and results are bounded")
    func counts() throws {
        let key = DHTID(key: "k")
        #expect(throws: WireError.malformed("more than 256 keys to find")) {
            try FindRequest(bytes: FindRequest([DHTID](repeating: key, count: 257), node: nil).bytes)
        }
        #expect(throws: WireError.malformed("more results than can be asked for")) {
            try FindResponse(bytes: FindResponse([FindResult](repeating: FindResult(.nothing, nearest: []), count: 257), node: nil).bytes)
        }
        let item = StoreRequest.Item(key: key, value: [], expiration: 1)
        #expect(throws: WireError.malformed("more than 8192 values to store")) {
            try StoreRequest(bytes: StoreRequest([StoreRequest.Item](repeating: item, count: 8193), node: nil).bytes)
        }
        var odd = ProtobufWriter()
        odd.varint(1, 9)
        var response = ProtobufWriter()
        response.bytes(2, odd.bytes)
        #expect(throws: WireError.malformed("a result of kind 9")) { try FindResponse(bytes: response.bytes) }
    }

    @Test("a frame without an id, or without anything to say, is none")
    func unaryFrames() {
        #expect(throws: WireError.malformed("a call without an id of 16 bytes")) {
            try UnaryFrame(bytes: UnaryFrame(id: [1, 2], .response([])).bytes)
        }
        var writer = ProtobufWriter()
        writer.bytes(1, [UInt8](repeating: 0, count: 16))
        #expect(throws: WireError.malformed("a call that says nothing")) { try UnaryFrame(bytes: writer.bytes) }
        writer.bytes(4, [])
        #expect(throws: WireError.malformed("an answer that is neither response nor error")) { try UnaryFrame(bytes: writer.bytes) }
    }

    @Test("stream frames come whole, in any pieces, and no longer than the limit")
    func streamFrames() throws {
        let frames: [StreamFrame] = [.message([1, 2, 3]), .message([]), .failure("it failed"), .end]
        let bytes = frames.flatMap(\.bytes)
        for size in [1, 2, 5, bytes.count] {
            var (buffer, read) = (ByteBuffer(), [StreamFrame]())
            for start in stride(from: 0, to: bytes.count, by: size) {
                buffer.writeBytes(bytes[start..<min(start + size, bytes.count)])
                while let frame = try StreamFrame.next(in: &buffer, limit: 3) { read.append(frame) }
            }
            #expect(read == frames && buffer.readableBytes == 0)
        }
        func next(_ bytes: [UInt8]) throws -> StreamFrame? {
            var buffer = ByteBuffer(bytes: bytes)
            return try StreamFrame.next(in: &buffer, limit: 3)
        }
        #expect(throws: WireError.tooLong(length: 4, limit: 3)) { try next([0, 0, 0, 0, 0, 0, 0, 0, 4]) }
        #expect(throws: WireError.tooLong(length: .max, limit: 3)) { try next([0] + [UInt8](repeating: 0xff, count: 8)) }
        #expect(throws: WireError.tooLong(length: 4097, limit: 4096)) { try next([1, 0, 0, 0, 0, 0, 0, 16, 1]) }
        #expect(throws: WireError.malformed("a stream frame that begins with 2")) { try next([2]) }
        #expect(StreamFrame.failure("").bytes != StreamFrame.end.bytes)
    }

    @Test("subkeys are what Python could hash, in one form")
    func subkeys() throws {
        let nested = MessagePackValue.tuple([.text("a"), .tuple([.null, .bool(true)])])
        #expect(try Subkey(bytes: Subkey(nested).bytes).value == nested)
        #expect(try Subkey(bytes: [0xd9, 1, 0x61]) == Subkey("a"), "a longer form is the same key")
        for value in [MessagePackValue.null, .array([]), .map([]), .tuple([.array([])]), ExpiringDictionary().packed] {
            #expect(throws: HivemindError.unhashableSubkey) { try Subkey(value) }
        }
        #expect(throws: HivemindError.subkeyTooLong(limit: 2048)) { try Subkey(String(repeating: "a", count: 2048)) }
        #expect(throws: HivemindError.subkeyTooLong(limit: 2048)) { try Subkey(bytes: [UInt8](repeating: 0, count: 2049)) }
        #expect(throws: HivemindError.messagePack(.truncated(offset: 0))) { try Subkey(bytes: []) }
        var deep = MessagePackValue.integer(1)
        for _ in 0..<10 { deep = .tuple([deep]) }
        #expect(throws: HivemindError.unhashableSubkey) { try Subkey(deep) }
    }

    @Test("what is no dictionary of entries")
    func dictionaries() throws {
        func dictionary(_ inner: MessagePackValue) throws(HivemindError) -> ExpiringDictionary {
            try ExpiringDictionary(bytes: MessagePackValue.extended(type: 0x50, data: inner.bytes).bytes)
        }
        #expect(try dictionary(.array([.null, .float(1), .array([])])) == ExpiringDictionary())
        for inner in [
            MessagePackValue.null, .array([]), .array([.null, .null]), .array([.null, .null, .null]),
        ] {
            #expect(throws: HivemindError.malformed("a value that should be a dictionary")) { try dictionary(inner) }
        }
        for entry in [MessagePackValue.null, .array([.text("a"), .text("b"), .float(1)]), .array([.text("a"), .binary([])])] {
            #expect(throws: HivemindError.malformed("an entry of a dictionary")) {
                try dictionary(.array([.null, .float(1), .array([entry])]))
            }
        }
        #expect(throws: HivemindError.malformed("a value that should be a dictionary")) { try ExpiringDictionary(bytes: [0xc0]) }
        let entry = MessagePackValue.array([.integer(1), .binary([]), .integer(5)])
        #expect(try dictionary(.array([.null, .null, .array([entry])])).entries.map(\.expiration) == [5])
        func written(_ subkey: String, _ value: UInt8, _ expiration: Double) -> MessagePackValue {
            .array([.text(subkey), .binary([value]), .float(expiration)])
        }
        let twice = [written("a", 1, 5), written("b", 2, 5), written("a", 3, 9), written("a", 4, 9), written("b", 5, 4)]
        let once = [
            ExpiringDictionary.Entry(subkey: try Subkey("a"), value: [3], expiration: 9),
            ExpiringDictionary.Entry(subkey: try Subkey("b"), value: [2], expiration: 5),
        ]
        #expect(try dictionary(.array([.null, .null, .array(twice)])).entries == once, "the later one counts")
        #expect(throws: HivemindError.tooMany("entries in a dictionary", limit: 4096)) {
            try dictionary(.array([.null, .null, .array([MessagePackValue](repeating: entry, count: 4097))]))
        }
    }

    /// Python's expression is lazy, needs a byte between the brackets and stops at line feeds.
    @Test("marks are found where Python finds them")
    func marks() {
        func strip(_ text: String) -> String { String(decoding: OwnedRecord.strip(Array(text.utf8)), as: UTF8.self) }
        #expect(strip("a[signature:x]b[signature:y]c") == "abc")
        #expect(strip("[signature:]x]") == "", "the first bracket may be the content")
        #expect(strip("[signature:]") == "[signature:]")
        #expect(strip("[signature:x\n][signature:y]z") == "[signature:x\n]z")
        #expect(strip("[signature:[signature:x]") == "")
        #expect(strip("[signature:x") == "[signature:x")
        // A search that began anew at each mark would look at this for minutes.
        let long = String(repeating: "[signature:", count: 100_000)
        #expect(strip(long) == long)
    }

    @Test("two owners, and keys that are none")
    func owners() throws {
        func record(_ subkey: String) throws -> OwnedRecord {
            OwnedRecord(key: DHTID(key: "k"), subkey: try Subkey(subkey).bytes, value: Array("[signature:AAAA]".utf8), expiration: 1)
        }
        #expect(throws: HivemindError.severalOwners) { try record("[owner:a][owner:b]").validate() }
        #expect(throws: HivemindError.ownerKey(.notSSH)) { try record("[owner:a][owner:a]").validate() }
        #expect(throws: HivemindError.ownerKey(.notSSH)) { try record("[owner:ssh-rsa AAAA]").validate() }
        try record("no owner").validate()
    }
}

extension ExpiringDictionary {
    fileprivate var packed: MessagePackValue { (try? MessagePackValue(bytes: bytes)) ?? .null }
}
