import Multiformats
import Primitives
import Testing

@Suite struct MultiformatsTests {
    /// Examples of the unsigned-varint specification.
    @Test(
        arguments: [
            (1, [0x01]), (127, [0x7f]), (128, [0x80, 0x01]), (255, [0xff, 0x01]), (300, [0xac, 0x02]), (16384, [0x80, 0x80, 0x01]),
        ] as [(UInt64, [UInt8])])
    func varintExamples(value: UInt64, bytes: [UInt8]) throws {
        #expect(Varint.encode(value) == bytes)
        var rest = (bytes + [9])[...]
        #expect(try Varint.decode(&rest) == value)
        #expect(Array(rest) == [9])
    }

    @Test func varintsAreStrict() {
        func decode(_ bytes: [UInt8]) throws -> UInt64 {
            var rest = bytes[...]
            return try Varint.decode(&rest)
        }
        #expect(throws: Varint.DecodingError.truncated) { try decode([]) }
        #expect(throws: Varint.DecodingError.truncated) { try decode([0x80]) }
        #expect(throws: Varint.DecodingError.notMinimal) { try decode([0x80, 0x00]) }
        #expect(throws: Varint.DecodingError.tooLong) { try decode([UInt8](repeating: 0xff, count: 10)) }
        #expect(throws: Never.self) { try decode([UInt8](repeating: 0xff, count: 8) + [0x7f]) }
    }

    /// Examples of the base58 internet draft (draft-msporny-base58).
    @Test func base58Examples() {
        #expect(Base58.encode(Array("Hello World!".utf8)) == "2NEpo7TZRRrLZSi2U")
        #expect(
            Base58.encode(Array("The quick brown fox jumps over the lazy dog.".utf8))
                == "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z")
        #expect(Base58.encode([0x00, 0x00, 0x28, 0x7f, 0xb4, 0xcd]) == "11233QC4")
        #expect(Base58.decode("11233QC4") == [0x00, 0x00, 0x28, 0x7f, 0xb4, 0xcd])
        #expect(Base58.decode("0OIl") == nil)
        #expect(Base58.decode(String(repeating: "1", count: 1025)) == nil)
    }

    @Test func base58RoundTrips() {
        var generator = SystemRandomNumberGenerator()
        for length in 0..<64 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(Base58.decode(Base58.encode(bytes)) == bytes)
        }
    }

    @Test func multihashes() {
        let short = Multihash(peerKey: [1, 2, 3])
        #expect(short.bytes == [0x00, 0x03, 1, 2, 3])
        let long = Multihash(peerKey: [UInt8](repeating: 7, count: 43))
        #expect(long.code == .sha256 && long.bytes.prefix(2) == [0x12, 0x20])
        #expect(Multihash(bytes: long.bytes) == long)
        #expect(Multihash(bytes: long.bytes + [0]) == nil)
        #expect(Multihash(bytes: [0x12, 0x03, 1, 2, 3]) == nil)
        #expect(Multihash(bytes: [0x13, 0x00]) == nil)
        #expect(Multihash(bytes: []) == nil)
    }

    /// RFC 4648, section 10, in lower case without padding.
    @Test func base32Examples() {
        let examples = [
            "": "", "f": "my", "fo": "mzxq", "foo": "mzxw6", "foob": "mzxw6yq", "fooba": "mzxw6ytb", "foobar": "mzxw6ytboi",
        ]
        for (text, encoded) in examples {
            #expect(Base32.encode(Array(text.utf8)) == encoded)
            #expect(Base32.decode(encoded) == Array(text.utf8))
        }
        for bad in ["m", "mzx", "mzxw6y", "mz", "MY", "m1", "my======", "m\u{e9}", String(repeating: "a", count: 1026)] {
            #expect(Base32.decode(bad) == nil, "\(bad.prefix(10))")
        }
        for count in 0..<40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base32.decode(Base32.encode(bytes)) == bytes)
        }
    }

    @Test("base64 for names: RFC 4648's vectors without padding, its own two characters, and strictness")
    func base64URL() {
        let examples = ["": "", "f": "Zg", "fo": "Zm8", "foo": "Zm9v", "foob": "Zm9vYg", "fooba": "Zm9vYmE", "foobar": "Zm9vYmFy"]
        for (text, encoded) in examples {
            #expect(Base64URL.encode(text.utf8) == encoded)
            #expect(Base64URL.decode(encoded) == Array(text.utf8))
        }
        #expect(Base64URL.encode([0xfb, 0xff, 0xbf]) == "-_-_")
        for bad in ["Z", "Zh", "Zm9", "Zg==", "Zm9+", "Zm9/", "Zm 9", "Zm9\u{e9}", String(repeating: "A", count: 16_388)] {
            #expect(Base64URL.decode(bad) == nil, "\(bad.prefix(10))")
        }
        for count in 0..<40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }
}
