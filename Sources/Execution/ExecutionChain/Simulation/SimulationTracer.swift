import EVM
import Primitives

/// Collects a call's logs with those of ether that moves. What a failed frame left is dropped, its numbers are not used again.
struct SimulationTracer: Tracer {
    /// Transfer(address,address,uint256).
    private static let topic = Keccak256.hash(Array("Transfer(address,address,uint256)".utf8))
    /// ERC-7528: the address that stands for ether.
    private static let ether = Address([UInt8](repeating: 0xee, count: 20)) ?? .zero

    let tracesTransfers: Bool
    /// Logs so far in the block.
    private(set) var count: UInt64
    private var frames: [[SimulatedCall.Entry]] = []
    /// Of the outermost frame, when it ended.
    private(set) var logs: [SimulatedCall.Entry] = []

    init(tracesTransfers: Bool, count: UInt64) {
        self.tracesTransfers = tracesTransfers
        self.count = count
    }

    mutating func step(_ step: TraceStep) {}

    mutating func enter(_ message: Message, depth: Int) {
        frames.append([])
        if message.kind != .delegatecall, message.kind != .callcode {
            transfer(from: message.caller, to: message.recipient, message.value)
        }
    }

    mutating func exit(_ result: MessageResult, depth: Int) {
        guard let ended = frames.popLast(), result.succeeded else { return }
        if frames.isEmpty { logs = ended } else { frames[frames.count - 1] += ended }
    }

    mutating func log(_ log: Log) {
        guard !frames.isEmpty else { return }
        frames[frames.count - 1].append(SimulatedCall.Entry(log: log, index: count))
        count += 1
    }

    mutating func selfdestruct(_ address: Address, beneficiary: Address, balance: UInt256) {
        transfer(from: address, to: beneficiary, balance)
    }

    private mutating func transfer(from: Address, to: Address, _ value: UInt256) {
        guard tracesTransfers, !value.isZero else { return }
        log(Log(address: Self.ether, topics: [Self.topic, Self.topic(from), Self.topic(to)], data: value.bigEndianHash.bytes))
    }

    private static func topic(_ address: Address) -> Hash32 { Hash32([UInt8](repeating: 0, count: 12) + address.bytes) ?? .zero }
}
