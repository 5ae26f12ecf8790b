import EVM
import EngineTypes
import ExecutionChain
import NodeRecords
import Primitives
import RLP
import TestSupport
import Testing
import Transactions

@testable import EthProtocol

@Suite("Messages of eth")
struct EthMessageTests {
    static let headerA = BlockHeader(number: 7, extraData: [1, 2], baseFeePerGas: 9)
    static let legacy =
        (try? [UInt8](
            hex:
                "f867088504a817c8088302e2489435353535353535353535353535353535353535358202008025a064b1702d9298fee62dfeccc57d322a463ad55ca201256d01"
                + "f62b45b2e1c21c12a064b1702d9298fee62dfeccc57d322a463ad55ca201256d01f62b45b2e1c21c10")) ?? []

    static func status() -> EthStatus {
        EthStatus(
            networkID: 9_7_3, genesis: Hash32(repeating: 1), forkID: ForkID(hash: Bytes4(), next: 5), head: Hash32(repeating: 2),
            totalDifficulty: 1 << 70, blocks: 3...9)
    }

    static func examples() -> [EthMessage] {
        let log = Log(address: .zero, topics: [Hash32(repeating: 3)], data: [1, 2, 3])
        let receipts = [
            Receipt(kind: .legacy, outcome: .status(true), cumulativeGasUsed: 21_000, logs: []),
            Receipt(kind: .dynamicFee, outcome: .status(false), cumulativeGasUsed: 50_000, logs: [log]),
            Receipt(kind: .legacy, outcome: .stateRoot(Hash32(repeating: 4)), cumulativeGasUsed: 60_000, logs: [log, log]),
        ]
        let withdrawal = Withdrawal(index: 1, validatorIndex: 2, address: .zero, amount: 3)
        let block = Block(header: headerA, transactions: [legacy, [2, 0xc0]], ommers: [headerA], withdrawals: [withdrawal])
        let hashes = [Hash32(repeating: 5), Hash32(repeating: 6)]
        return [
            .status(status()), .newBlockHashes([.init(hash: hashes[0], number: 1), .init(hash: hashes[1], number: 2)]),
            .transactions([legacy, [2, 0xc0]]),
            .getBlockHeaders(id: 1, .init(origin: .number(0), limit: 10)),
            .getBlockHeaders(id: .max, .init(origin: .hash(hashes[0]), limit: 1, skip: 7, isReverse: true)),
            .blockHeaders(id: 1, [headerA]), .blockHeaders(id: 1, []), .getBlockBodies(id: 2, hashes),
            .blockBodies(id: 2, [BlockBody(block), BlockBody(Block(header: headerA))]), .newBlock(block, totalDifficulty: 77),
            .newPooledTransactionHashes([.init(type: 0, size: 110, hash: hashes[0]), .init(type: 3, size: 131_000, hash: hashes[1])]),
            .newPooledTransactionHashes([]), .getPooledTransactions(id: 3, hashes), .pooledTransactions(id: 3, [[3, 1, 2], legacy]),
            .getReceipts(id: 4, hashes), .receipts(id: 4, [receipts, []]),
        ]
    }

    @Test("the transactions of all blocks in one message are counted before they are read")
    func manyTransactions() throws {
        func block(_ count: Int) -> Block { Block(header: Self.headerA, transactions: Array(repeating: [2], count: count)) }
        let most = EthLimits.bodyTransactions
        func read(_ message: EthMessage) throws -> EthMessage { try EthMessage(message.code, data: message.encoded(.eth68), .eth68) }
        for message in [
            EthMessage.newBlock(block(most), totalDifficulty: 1),
            .blockBodies(id: 1, [BlockBody(block(most / 2)), BlockBody(block(most / 2))]),
        ] { #expect(try read(message) == message) }
        for message in [
            EthMessage.newBlock(block(most + 1), totalDifficulty: 1),
            .blockBodies(id: 1, [BlockBody(block(most / 2)), BlockBody(block(most / 2 + 1))]),
        ] { #expect(throws: EthError.overLimit("\(most) transactions of blocks")) { try read(message) } }
    }

    @Test("the messages of EIP-2481, read and written to the same bytes", arguments: EthVectors.messages)
    func published(code: UInt64, hex: String) throws {
        let data = try [UInt8](hex: hex)
        let message = try EthMessage(code, data: data, .eth68)
        #expect(message.code == code && message.requestID == 1_111)
        var written = hex
        if case .receipts(_, let blocks) = message {
            // The EIP's receipt has a log, but an empty filter. Filters are made of the logs, whatever came.
            let receipt = try #require(blocks.first?.first)
            let empty = "b90100" + FixedBytes<256>().bytes.bareHex
            written = hex.replacing(empty, with: "b90100" + receipt.bloom.bytes.bareHex)
            #expect(receipt.logs.count == 1 && written != hex)
        }
        #expect(message.encoded(.eth68).bareHex == written)
    }

    @Test("every message reads back, in either version", arguments: EthVersion.allCases)
    func both(version: EthVersion) throws {
        for message in Self.examples() {
            let read = try EthMessage(message.code, data: message.encoded(version), version)
            guard case .status(let status) = read else {
                #expect(read == message)
                continue
            }
            #expect(status.networkID == 973 && status.head == Self.status().head && status.forkID == Self.status().forkID)
            #expect(version == .eth68 ? status.totalDifficulty == 1 << 70 : status.blocks == 3...9)
        }
        let update = EthMessage.blockRangeUpdate(4...5, head: .zero)
        #expect(try EthMessage(update.code, data: update.encoded(.eth69), .eth69) == update)
        #expect(throws: EthError.unknownMessage(0x11)) { try EthMessage(update.code, data: update.encoded(.eth69), .eth68) }
    }

    // By the Python package rlp 2.0.1.
    @Test("an announcement of transactions, and receipts without blooms")
    func known() throws {
        let announced = EthMessage.newPooledTransactionHashes([
            .init(type: 0, size: 110, hash: Hash32(repeating: 5)), .init(type: 3, size: 131_000, hash: Hash32(repeating: 6)),
        ])
        #expect(
            announced.encoded(.eth68).bareHex
                == "f84d820003c56e8301ffb8f842a0" + String(repeating: "05", count: 32) + "a0" + String(repeating: "06", count: 32))
        let receipt = Receipt(kind: .dynamicFee, outcome: .status(true), cumulativeGasUsed: 21_000, logs: [])
        #expect(EthMessage.receipts(id: 1, [[receipt]]).encoded(.eth69).bareHex == "ca01c8c7c6020182520" + "8c0")
    }

    @Test("lists over their limits are refused where they end")
    func limits() {
        func refusal(_ message: EthMessage) -> EthError? {
            do throws(EthError) {
                _ = try EthMessage(message.code, data: message.encoded(.eth68), .eth68)
                return nil
            } catch {
                return error
            }
        }
        let hashes = [Hash32](repeating: .zero, count: 1_025)
        #expect(refusal(.getBlockBodies(id: 1, Array(hashes.dropLast()))) == nil)
        for message: EthMessage in [
            .getBlockBodies(id: 1, hashes), .getReceipts(id: 1, hashes), .getPooledTransactions(id: 1, hashes),
            .blockHeaders(id: 1, [BlockHeader](repeating: Self.headerA, count: 1_025)),
            .blockBodies(id: 1, [BlockBody](repeating: BlockBody(Block(header: Self.headerA)), count: 1_025)),
            .newBlockHashes([EthMessage.BlockAnnouncement](repeating: .init(hash: .zero, number: 1), count: 257)),
            .transactions([[UInt8]](repeating: [2], count: 8_193)), .receipts(id: 1, [[Receipt]](repeating: [], count: 1_025)),
            .newPooledTransactionHashes(
                [EthMessage.TransactionAnnouncement](repeating: .init(type: 2, size: 1, hash: .zero), count: 8_193)),
        ] {
            guard case .overLimit? = refusal(message) else {
                Issue.record("message \(message.code) was taken")
                continue
            }
        }
    }

    @Test(
        "what is malformed",
        arguments: [
            // Lists of one announcement that differ, a type that is none, an empty transaction, a reverse that is no bool.
            (0x08, "c3820002c0c0"), (0x08, "c681026e" + "c0c0"), (0x02, "c180"), (0x02, "c281ff"), (0x03, "c701c582270f0102" + "02"),
            (0x03, "c0"), (0x04, "c201c1c0"), (0x06, "c301c1c0"), (0x07, "c1c0"), (0x10, "c401c2c180"), (0x10, "c501c3c28102"),
            (0x0b, "c0"), (0x0d, "c0"),
            (0x00, "c0"), (0x00, "c144"), (0x01, "c2c180"), (0x05, "c3018001"), (0x05, ""), (0x05, "80"), (0x05, "c101"),
        ] as [(UInt64, String)])
    func refused(code: UInt64, hex: String) throws {
        let data = try [UInt8](hex: hex)
        #expect(throws: EthError.self) { try EthMessage(code, data: data, .eth68) }
    }

    @Test("no mutation traps, and what is read writes itself again")
    func mutations() throws {
        var generator = SeededGenerator(seed: 68)
        for version in EthVersion.allCases {
            for message in Self.examples() {
                for _ in 0..<120 {
                    var data = message.encoded(version)
                    for _ in 0..<Int.random(in: 1...3, using: &generator) {
                        data[Int.random(in: 0..<data.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
                    }
                    if Bool.random(using: &generator) { data = Array(data.prefix(Int.random(in: 0...data.count, using: &generator))) }
                    guard let read = try? EthMessage(message.code, data: data, version) else { continue }
                    #expect(try EthMessage(read.code, data: read.encoded(version), version) == read)
                }
            }
        }
    }
}

extension Hash32 {
    init(repeating byte: UInt8) { self = Hash32([UInt8](repeating: byte, count: 32)) ?? .zero }
}
