import EVM
import Primitives
import Testing
import Transactions

@testable import ExecutionChain

/// Deposit requests from logs (EIP-6110).
@Suite("Deposit requests")
struct DepositLogTests {
    private static let contract = SystemContracts.mainnetDeposits

    /// What the deposit contract's event holds for fields of one repeated byte each.
    private func data() -> [UInt8] {
        func word(_ value: UInt64) -> [UInt8] { UInt256(value).bigEndianHash.bytes }
        func field(_ byte: UInt8, _ count: Int) -> [UInt8] {
            word(UInt64(count)) + [UInt8](repeating: byte, count: count) + [UInt8](repeating: 0, count: (32 - count % 32) % 32)
        }
        let offsets = [160, 256, 320, 384, 512].flatMap { word($0) }
        return offsets + field(1, 48) + field(2, 32) + field(3, 8) + field(4, 96) + field(5, 8)
    }

    private func requests(_ data: [UInt8], address: Address = contract, topic: Hash32 = DepositLog.topic) throws -> [UInt8] {
        let log = Log(address: address, topics: [topic], data: data)
        return try DepositLog.requests(
            in: [Receipt(kind: .legacy, outcome: .status(true), cumulativeGasUsed: 1, logs: [log])], contract: Self.contract)
    }

    @Test("a deposit is its five fields one after another")
    func fields() throws {
        #expect(DepositLog.topic.hex == "0x649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5")
        let expected = [(1, 48), (2, 32), (3, 8), (4, 96), (5, 8)].flatMap { [UInt8](repeating: UInt8($0.0), count: $0.1) }
        #expect(try requests(data()) == expected)
        #expect(expected.count == 192)
    }

    @Test("other contracts' and other events' logs are none")
    func others() throws {
        #expect(try requests(data(), address: .zero).isEmpty)
        #expect(try requests(data(), topic: .zero).isEmpty)
    }

    @Test("a log of another layout makes the block invalid")
    func malformed() throws {
        #expect(throws: BlockError.malformedDeposit) { try requests([]) }
        #expect(throws: BlockError.malformedDeposit) { try requests(Array(data().dropLast())) }
        for index in [0, 31, 63, 160, 191, 287, 351, 415, 543] {
            var wrong = data()
            wrong[index] ^= 0x40
            #expect(throws: BlockError.malformedDeposit) { try requests(wrong) }
        }
    }
}
