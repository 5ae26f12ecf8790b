import NodeRecords
import Primitives
import Testing

@testable import EthNetwork

@Suite("What is remembered of announcements")
struct BoundedRecordTests {
    private func hashes(_ range: Range<Int>) -> [Hash32] { range.map { Keccak256.hash([UInt8($0 / 256), UInt8($0 % 256)]) } }
    private let one: NodeID = Keccak256.hash([1])
    private let other: NodeID = Keccak256.hash([2])

    @Test("a transaction is asked of one peer at a time, and of the next when that one does not give it")
    func requests() {
        var requests = TransactionRequests()
        let all = hashes(0..<300)
        requests.add(all, of: one)
        requests.add(Array(all.prefix(10)), of: other)
        let first = requests.next(of: one)
        #expect(first == Array(all.prefix(256)))
        // Nothing is left for the other but what is asked for.
        #expect(requests.next(of: other).isEmpty)
        #expect(requests.end(first) == [other])
        #expect(requests.next(of: other) == Array(all.prefix(10)))
        #expect(requests.next(of: one) == Array(all.suffix(44)))
        #expect(requests.next(of: one).isEmpty && requests.end(all).isEmpty)
    }

    @Test("so many wait for a peer's turn, and none when it is gone")
    func queue() {
        var requests = TransactionRequests()
        requests.add(hashes(0..<5_000), of: one)
        requests.add(hashes(5_000..<5_010), of: one)
        var count = 0
        while true {
            let next = requests.next(of: one)
            if next.isEmpty { break }
            count += next.count
        }
        #expect(count == TransactionRequests.queueSize)
        requests.add(hashes(6_000..<6_010), of: one)
        requests.forget(one)
        #expect(requests.next(of: one).isEmpty)
    }

    @Test("a refused block is known, with who sent it, until others take its place")
    func refused() {
        var refused = RefusedBlocks(limit: 2)
        let blocks = hashes(0..<3)
        refused.insert(blocks[0], from: one)
        #expect(refused.contains(blocks[0]) && !refused.contains(blocks[1]))
        #expect(refused.isRepeated(blocks[0], from: one) == true)
        #expect(refused.isRepeated(blocks[0], from: other) == false)
        #expect(refused.isRepeated(blocks[0], from: other) == true)
        for block in blocks.dropFirst() { refused.insert(block, from: one) }
        #expect(!refused.contains(blocks[0]) && refused.contains(blocks[2]))
    }
}
