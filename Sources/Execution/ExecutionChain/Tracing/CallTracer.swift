public import EVM
public import Primitives

/// The tree of a transaction's calls.
public struct CallTracer: Tracer {
    public struct Call: Sendable {
        /// The instruction that made it: CALL, CREATE, SELFDESTRUCT and so on.
        public var kind: String
        public var from: Address
        public var to: Address
        public var value: UInt256
        public var gas: UInt64
        public var gasUsed: UInt64 = 0
        public var input: [UInt8]
        public var output: [UInt8] = []
        public var failure: EVMFailure?
        public var calls: [Call] = []
        /// Logs with how many calls the frame had made before.
        public var logs: [(log: Log, position: Int)] = []
    }

    /// The most bytes of inputs, outputs and logs that a trace holds; calls beyond are left out.
    public static let mostBytes = 64 << 20
    /// What a call takes beside them.
    private static let callBytes = 256

    private var bytes = 0
    /// Whether calls were left out.
    public private(set) var isCut = false
    private let onlyTop: Bool
    private let withLogs: Bool
    private var open: [Call] = []
    /// The outermost call, when it ended.
    public private(set) var call: Call?

    public init(onlyTop: Bool = false, withLogs: Bool = false) {
        self.onlyTop = onlyTop
        self.withLogs = withLogs
    }

    public mutating func step(_ step: TraceStep) {}

    public mutating func enter(_ message: Message, depth: Int) {
        let isDelegated = message.kind == .delegatecall || message.kind == .callcode
        // Who runs the code of another in its own place is the caller there.
        let from = message.kind == .delegatecall ? message.recipient : message.caller
        let input = keeps(message.input) ? message.input : []
        open.append(
            Call(
                kind: Self.name(message.kind), from: from, to: isDelegated ? message.codeAddress : message.recipient, value: message.value,
                gas: UInt64(clamping: message.gas), input: input))
    }

    public mutating func exit(_ result: MessageResult, depth: Int) {
        guard var ended = open.popLast() else { return }
        ended.gasUsed = ended.gas - min(ended.gas, UInt64(clamping: result.gasLeft))
        ended.output = keeps(result.output) ? result.output : []
        ended.failure = result.failure
        if !result.succeeded { Self.dropLogs(&ended) }
        if open.isEmpty {
            call = ended
        } else if !onlyTop, bytes < Self.mostBytes {
            open[open.count - 1].calls.append(ended)
        }
    }

    public mutating func log(_ log: Log) {
        guard withLogs, !open.isEmpty, !onlyTop || open.count == 1, keeps(log.data) else { return }
        open[open.count - 1].logs.append((log, open[open.count - 1].calls.count))
    }

    public mutating func selfdestruct(_ address: Address, beneficiary: Address, balance: UInt256) {
        guard !onlyTop, !open.isEmpty, keeps([]) else { return }
        open[open.count - 1].calls.append(
            Call(kind: "SELFDESTRUCT", from: address, to: beneficiary, value: balance, gas: 0, input: []))
    }

    /// Counts what is to be held; whether there is room for it.
    private mutating func keeps(_ data: [UInt8]) -> Bool {
        bytes += data.count + Self.callBytes
        if bytes > Self.mostBytes { isCut = true }
        return bytes <= Self.mostBytes
    }

    private static func dropLogs(_ call: inout Call) {
        call.logs = []
        for index in call.calls.indices { dropLogs(&call.calls[index]) }
    }

    private static func name(_ kind: Message.Kind) -> String {
        switch kind {
        case .call: "CALL"
        case .callcode: "CALLCODE"
        case .delegatecall: "DELEGATECALL"
        case .staticcall: "STATICCALL"
        case .create: "CREATE"
        case .create2: "CREATE2"
        }
    }
}
