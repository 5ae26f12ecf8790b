import Foundation
import Primitives
import TestSupport
import Testing

@testable import RLP

/// Ethereum's public RLP vectors, when they lie beside the repository.
@Suite("Public RLP vectors", .needs(vectors: "execution/RLPTests"))
struct PublicVectorTests {
    static let folder = Present.vectors("execution/RLPTests")

    @Test("rlptest, invalidRLPTest and the random ones")
    func all() throws {
        let random = Self.folder.appending(path: "RandomRLPTests")
        let files =
            [Self.folder.appending(path: "rlptest.json"), Self.folder.appending(path: "invalidRLPTest.json")]
            + (try FileManager.default.contentsOfDirectory(at: random, includingPropertiesForKeys: nil))
        var passed = 0
        for file in files {
            let json = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
            for (name, test) in try #require(json as? [String: [String: Any]]) {
                let encoded = try [UInt8](hex: #require(test["out"] as? String))
                switch test["in"] {
                case let word as String where word == "INVALID":
                    #expect(throws: RLPError.self, "\(name)") { _ = try RLPItem(encoded: encoded) }
                case let word as String where word == "VALID":
                    #expect(try RLPItem(encoded: encoded).encoded == encoded, "\(name)")
                case let value:
                    let item = try #require(Self.item(value), "\(name)")
                    #expect(item.encoded == encoded, "\(name)")
                    #expect(try RLPItem(encoded: encoded) == item, "\(name)")
                }
                passed += 1
            }
        }
        #expect(passed > 50)
        print("public RLP vectors: \(passed) in \(files.count) files")
    }

    /// The vectors write strings as text, integers as numbers or as `#` and decimal digits, lists as arrays.
    static func item(_ value: Any?) -> RLPItem? {
        switch value {
        case let text as String where text.hasPrefix("#"):
            return .bytes(bigEndian(decimal: text.dropFirst()))
        case let text as String: return .bytes(Array(text.utf8))
        case let number as NSNumber: return .bytes(UInt256(number.uint64Value).minimalBigEndianBytes)
        case let list as [Any]:
            let items = list.compactMap { item($0) }
            return items.count == list.count ? .list(items) : nil
        default: return nil
        }
    }

    /// Decimal digits of any length as big-endian bytes without leading zeros.
    static func bigEndian(decimal: Substring) -> [UInt8] {
        var bytes: [UInt8] = []
        for digit in decimal.utf8 {
            var carry = Int(digit) - 48
            for index in bytes.indices.reversed() {
                carry += Int(bytes[index]) * 10
                bytes[index] = UInt8(carry & 0xff)
                carry >>= 8
            }
            if carry > 0 { bytes.insert(UInt8(carry), at: 0) }
        }
        return bytes
    }
}
