import Primitives
import Testing

@Suite("Hexadecimal and fixed-size bytes") struct BytesTests {
    @Test("hexadecimal") func hexadecimal() throws {
        #expect(try [UInt8](hex: "0x00ffAb") == [0, 255, 0xab])
        #expect(try [UInt8](hex: "00FFaB") == [0, 255, 0xab])
        #expect(try [UInt8](hex: "") == [] && [UInt8](hex: "0X") == [])
        #expect([UInt8]([0, 255, 0xab]).hex == "0x00ffab" && [UInt8]().hex == "0x" && [UInt8]([1]).bareHex == "01")
        let all = (0...255).map { UInt8($0) }
        #expect(try [UInt8](hex: all.hex) == all)
    }

    @Test("malformed hexadecimal") func malformed() {
        #expect(throws: HexError.oddLength(3)) { try [UInt8](hex: "0x123") }
        #expect(throws: HexError.invalidCharacter("g", at: 1)) { try [UInt8](hex: "0x1g") }
        #expect(throws: HexError.invalidCharacter("x", at: 3)) { try [UInt8](hex: "0x000x00") }
        #expect(throws: HexError.self) { try [UInt8](hex: "é") }
        #expect(throws: HexError.wrongLength(expected: 32, actual: 1)) { try Hash32(hex: "0x00") }
        #expect(throws: HexError.wrongLength(expected: 20, actual: 21)) { try Address(hex: String(repeating: "0", count: 42)) }
        #expect(throws: HexError.wrongLength(expected: 4, actual: 0)) { try Bytes4(hex: "0x") }
        #expect(HexError.oddLength(3).description == "hexadecimal needs an even number of digits, got 3")
        #expect(HexError.wrongLength(expected: 4, actual: 0).description == "expected 4 bytes of hexadecimal, got 0")
    }

    @Test("EIP-55 checksums") func checksums() throws {
        // The examples of EIP-55 itself, then generated ones.
        let examples = [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ]
        for text in try examples + PrimitiveVectors.load().checksums {
            let address = try Address(hex: text)
            #expect(address.checksummed == text)
            #expect(address.hex == text.lowercased())
            #expect(try Address(hex: address.hex) == address)
        }
    }

    @Test("hashes order and compare as their bytes do") func order() throws {
        var hashes = (0..<50).map { SHA256.hash([UInt8($0)]) }
        hashes.append(.zero)
        let byBytes = hashes.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        #expect(hashes.sorted() == byBytes)
        #expect(Hash32(SHA256.hash([1]).bytes) == SHA256.hash([1]))
        #expect(Hash32([1]) == nil && Hash32([UInt8](repeating: 0, count: 32)) == .zero)
        #expect(Hash32.zero.isZero && !SHA256.hash([]).isZero)
        #expect(SHA256.hash([])[0] == 0xe3 && SHA256.hash([])[31] == 0x55)
        #expect(SHA256.hash([]).shortHex == "0xe3b0c442")
    }

    @Test("fixed bytes") func fixedBytes() throws {
        let bytes = (0..<48).map { UInt8($0) }
        var key = try #require(Bytes48(bytes))
        #expect(key.bytes == bytes && key.hex == bytes.hex && Bytes48(bytes.dropLast()) == nil)
        #expect(try Bytes48(hex: key.hex) == key)
        #expect(key.hashValue == Bytes48(bytes)?.hashValue)
        let before = key
        key[47] = 0
        #expect(key != before && key < before && !(before < key) && key[46] == 46)
        key.withUnsafeMutableBytes { $0[0] = 9 }
        #expect(key[0] == 9 && key > before)
        #expect(Bytes4(storage: [1, 2, 3, 4]).bytes == [1, 2, 3, 4])
        #expect(
            Address(storage: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]).bytes == (1...20).map { UInt8($0) })
        #expect(Address([UInt8](repeating: 0, count: 19)) == nil && Address().bytes == [UInt8](repeating: 0, count: 20))
    }
}
