import Foundation
import JSON
import Primitives
import Testing

@testable import StateTrie

/// Roots made by the executable specification of the execution layer (`scripts/vectors/execution.py`).
@Suite("Tries against the executable specification")
struct OracleVectorTests {
    static func vectors() throws -> JSONValue {
        let url = try #require(Bundle.module.url(forResource: "tries", withExtension: "json", subdirectory: "Vectors"))
        return try JSONValue(parsing: Data(contentsOf: url))
    }

    @Test("plain and secure tries")
    func tries() throws {
        for vector in try #require(Self.vectors()["tries"]?.array) {
            var plain = MerklePatriciaTrie(database: StateNodes())
            var secure = plain
            var entries: [(key: [UInt8], value: [UInt8])] = []
            for entry in try #require(vector["entries"]?.array) {
                let pair = try #require(entry.array)
                let key = try [UInt8](hex: #require(pair[0].string))
                let value = try [UInt8](hex: #require(pair[1].string))
                try plain.set(value, for: key)
                try secure.set(value, for: Keccak256.hash(key).bytes)
                entries.append((key, value))
            }
            #expect(plain.rootHash.hex == vector["root"]?.string)
            #expect(secure.rootHash.hex == vector["secureRoot"]?.string)
            #expect(TrieRoot.root(of: entries).hex == vector["root"]?.string)
        }
    }

    @Test("ordered lists of 0 to 300 values")
    func ordered() throws {
        for vector in try #require(Self.vectors()["ordered"]?.array) {
            let count = Int(try #require(vector["count"]?.uint64))
            let values =
                try vector["seed"]?.array?.map { try [UInt8](hex: #require($0.string)) }
                ?? (0..<count).map { [UInt8](repeating: UInt8($0 % 256), count: min($0 + 1, 60)) }
            #expect(TrieRoot.orderedRoot(of: values).hex == vector["root"]?.string, "\(count) values")
        }
    }

    @Test("states with code and storage")
    func states() throws {
        for vector in try #require(Self.vectors()["states"]?.array) {
            var state = WorldState(database: StateNodes())
            for entry in try #require(vector["accounts"]?.array) {
                let address = try Address(hex: #require(entry["address"]?.string))
                let balance = try Self.number(entry["balance"])
                state.setAccount(Account(nonce: try #require(entry["nonce"]?.uint64), balance: balance), at: address)
                let code = try [UInt8](hex: #require(entry["code"]?.string))
                if !code.isEmpty { try state.setCode(code, at: address) }
                for pair in try #require(entry["storage"]?.array).compactMap(\.array) {
                    try state.setStorage(Self.number(pair[1]), at: address, slot: Hash32(hex: #require(pair[0].string)))
                }
            }
            var nodes = StateNodes()
            #expect(try state.commit(into: &nodes).hex == vector["root"]?.string)
        }
    }

    private static func number(_ value: JSONValue?) throws -> UInt256 {
        let digits = try #require(value?.string).dropFirst(2)
        return try #require(UInt256(bigEndianBytes: [UInt8](hex: digits.count % 2 == 0 ? String(digits) : "0" + digits)))
    }
}
