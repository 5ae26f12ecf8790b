import EVM
import Primitives
import Transactions

/// Deposits as the deposit contract logs them (EIP-6110).
enum DepositLog {
    /// keccak("DepositEvent(bytes,bytes,bytes,bytes,bytes)").
    static let topic = Keccak256.hash(Array("DepositEvent(bytes,bytes,bytes,bytes,bytes)".utf8))

    /// Where the ABI puts each of the event's byte strings, and how long each is: key, withdrawal credentials, amount,
    /// signature, index.
    private static let layout: [(offset: Int, length: Int)] = [(160, 48), (256, 32), (320, 8), (384, 96), (512, 8)]

    /// The deposits of a block one after another, 192 bytes each.
    static func requests(in receipts: [Receipt], contract: Address?) throws(BlockError) -> [UInt8] {
        guard let contract else { return [] }
        var requests: [UInt8] = []
        for receipt in receipts {
            for log in receipt.logs where log.address == contract && log.topics.first == topic {
                requests += try request(log.data)
            }
        }
        return requests
    }

    private static func request(_ data: [UInt8]) throws(BlockError) -> [UInt8] {
        guard data.count == 576 else { throw .malformedDeposit }
        var request: [UInt8] = []
        for (index, part) in layout.enumerated() {
            guard word(data, 32 * index) == part.offset, word(data, part.offset) == part.length else { throw .malformedDeposit }
            request += data[(part.offset + 32)..<(part.offset + 32 + part.length)]
        }
        return request
    }

    private static func word(_ data: [UInt8], _ offset: Int) -> Int? {
        UInt256(bigEndianBytes: data[offset..<(offset + 32)])?.asUInt64.flatMap { Int(exactly: $0) }
    }
}
