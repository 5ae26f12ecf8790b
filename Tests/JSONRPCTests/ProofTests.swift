import EVM
import EngineTypes
import ExecutionChain
import ExecutionNode
import JSON
import JSONRPCCore
import Primitives
import RLP
import Secp256k1
import ServiceInterfaces
import Testing
import Transactions

@testable import JSONRPC

/// Follows a Merkle-Patricia proof by the yellow paper's appendix D, apart from the node's own tries.
private enum ProofReader {
    enum Fault: Error { case wrongHash, malformed }

    /// The value under `key`, or `nil` where the proof shows that there is none.
    static func value(_ proof: [[UInt8]], key: [UInt8], root: Hash32) throws -> [UInt8]? {
        let nibbles = Keccak256.hash(key).bytes.flatMap { [$0 >> 4, $0 & 15] }
        var (path, wanted) = (nibbles[...], root.bytes)
        if proof.isEmpty { return nil }
        for (depth, encoded) in proof.enumerated() {
            guard Keccak256.hash(encoded).bytes == wanted else { throw Fault.wrongHash }
            var items = try Self.items(encoded)
            // A child shorter than a hash stands in its parent.
            while true {
                if items.count == 17 {
                    guard let nibble = path.popFirst() else { return try Self.bytes(items[16]) }
                    guard let next = try step(items[Int(nibble)]) else { return nil }
                    if next.isHash { wanted = next.bytes; break }
                    items = try Self.items(next.bytes)
                } else if items.count == 2 {
                    let head = try Self.bytes(items[0])
                    let first = try #require(head.first)
                    let prefix = (first & 0x10 != 0 ? [first & 15] : []) + head.dropFirst().flatMap { [$0 >> 4, $0 & 15] }
                    guard path.starts(with: prefix) else { return nil }
                    path = path.dropFirst(prefix.count)
                    if first & 0x20 != 0 { return path.isEmpty && depth == proof.count - 1 ? try Self.bytes(items[1]) : nil }
                    guard let next = try step(items[1]) else { return nil }
                    if next.isHash { wanted = next.bytes; break }
                    items = try Self.items(next.bytes)
                } else {
                    throw Fault.malformed
                }
            }
        }
        throw Fault.malformed
    }

    private static func step(_ item: [UInt8]) throws -> (isHash: Bool, bytes: [UInt8])? {
        if let first = item.first, first >= 0xc0 { return (false, item) }
        let bytes = try bytes(item)
        return bytes.isEmpty ? nil : (true, bytes)
    }

    /// The encodings of a list's items.
    static func items(_ encoded: [UInt8]) throws -> [[UInt8]] {
        var rest = try payload(encoded)[...]
        var items: [[UInt8]] = []
        while !rest.isEmpty {
            let length = try length(Array(rest))
            items.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return items
    }

    static func bytes(_ item: [UInt8]) throws -> [UInt8] { try payload(item) }

    private static func payload(_ item: [UInt8]) throws -> [UInt8] {
        guard let first = item.first else { throw Fault.malformed }
        switch first {
        case ..<0x80: return [first]
        case ..<0xb8, 0xc0..<0xf8: return Array(item.dropFirst())
        default: return Array(item.dropFirst(1 + Int(first - (first < 0xc0 ? 0xb7 : 0xf7))))
        }
    }

    private static func length(_ bytes: [UInt8]) throws -> Int {
        guard let first = bytes.first else { throw Fault.malformed }
        switch first {
        case ..<0x80: return 1
        case ..<0xb8: return 1 + Int(first - 0x80)
        case 0xc0..<0xf8: return 1 + Int(first - 0xc0)
        default:
            let count = Int(first - (first < 0xc0 ? 0xb7 : 0xf7))
            return 1 + count + bytes.dropFirst().prefix(count).reduce(0) { $0 << 8 | Int($1) }
        }
    }
}

@Suite("Proofs over JSON-RPC")
struct ProofTests {
    private static func address(_ number: Int) -> Address {
        Address([UInt8](repeating: 0, count: 18) + [UInt8(number >> 8), UInt8(number & 0xff)]) ?? .zero
    }

    private static func proof(_ value: JSONValue?) throws -> [[UInt8]] {
        try #require(value?.array).map { try [UInt8](hex: try #require($0.string)) }
    }

    @Test("accounts and slots, there or not, follow from the state root by the proof alone")
    func proofs() async throws {
        let chain = try SealedChain()
        let contract = EVM.createAddress(chain.key.address, nonce: 0)
        // Stores each of the words of its call data at their own numbers, so that the storage trie has branches.
        let code: [UInt8] = [0x60, 0x00, 0x5b, 0x80, 0x35, 0x80, 0x55, 0x60, 0x20, 0x01, 0x80, 0x36, 0x11, 0x60, 0x02, 0x57, 0x00]
        let initcode: [UInt8] = [0x60, UInt8(code.count), 0x80, 0x60, 0x0b, 0x60, 0x00, 0x39, 0x60, 0x00, 0xf3] + code
        let words = (1...24).map { UInt256(UInt64($0 * 7919)) }
        _ = try await chain.send(chain.sign(nonce: 0, to: nil, data: initcode, gas: 200_000))
        _ = try await chain.send(
            chain.sign(nonce: 1, to: contract, data: words.flatMap { $0.bigEndianHash.bytes }, gas: 1_000_000))
        for index in 0..<40 {
            _ = try await chain.send(chain.sign(nonce: UInt64(index + 2), to: Self.address(index + 300), value: UInt256(UInt64(index + 1))))
        }
        let block = try await chain.mine()
        #expect(block.transactions.count == 42)
        let root = block.stateRoot
        for index in 0..<44 {
            let answer = try await chain.call("eth_getProof", .data(Self.address(index + 300)), [], "latest")
            let value = try ProofReader.value(Self.proof(answer["accountProof"]), key: Self.address(index + 300).bytes, root: root)
            guard index < 40 else {
                #expect(value == nil && answer["balance"] == "0x0")
                continue
            }
            let fields = try ProofReader.items(try #require(value)).map { try ProofReader.bytes($0) }
            #expect(fields.count == 4 && fields[0].isEmpty && fields[1] == [UInt8(index + 1)])
            #expect(answer["balance"] == .quantity(UInt64(index + 1)) && answer["codeHash"] == .data(fields[3]))
        }
        let keys = (words + [1, 2, 3]).map { JSONValue.data($0.bigEndianHash) }
        let answer = try await chain.call("eth_getProof", .data(contract), .array(keys), "latest")
        let fields = try ProofReader.items(
            try #require(try ProofReader.value(Self.proof(answer["accountProof"]), key: contract.bytes, root: root))
        ).map { try ProofReader.bytes($0) }
        let storageRoot = try #require(Hash32(fields[2]))
        #expect(answer["storageHash"] == .data(storageRoot) && fields[3] == Keccak256.hash(code).bytes && answer["nonce"] == "0x1")
        let slots = try #require(answer["storageProof"]?.array)
        for (index, word) in (words + [1, 2, 3]).enumerated() {
            let proof = try Self.proof(slots[index]["proof"])
            let value = try ProofReader.value(proof, key: word.bigEndianHash.bytes, root: storageRoot)
            let stored = try value.map {
                UInt256(bigEndianBytes: [UInt8](repeating: 0, count: 32 - (try ProofReader.bytes($0)).count) + (try ProofReader.bytes($0)))
            }
            #expect(index < words.count ? stored == word : value == nil)
            #expect(slots[index]["value"] == .quantity(index < words.count ? word : 0) && slots[index]["key"] == keys[index])
            // A proof of another key, or with a byte changed, shows nothing.
            var damaged = proof
            damaged[0][damaged[0].count / 2] ^= 1
            #expect(throws: (any Error).self) { try ProofReader.value(damaged, key: word.bigEndianHash.bytes, root: storageRoot) }
        }
    }

    @Test("many keys, long keys and blocks that are not there are refused")
    func refusals() async throws {
        let chain = try SealedChain()
        let account = JSONValue.data(chain.key.address)
        for (parameters, code) in [
            ([account, .array([JSONValue](repeating: "0x0", count: 1025)), "latest"], -32602),
            ([account, [.string("0x" + String(repeating: "1", count: 65))], "latest"], -32602), ([account, [], "0x63"], -32000),
            ([account, "0x0", "latest"], -32602),
        ] as [([JSONValue], Int)] {
            let error = await #expect(throws: RPCError.self) { try await chain.call("eth_getProof", list: parameters) }
            #expect(error?.code == code)
        }
    }
}
