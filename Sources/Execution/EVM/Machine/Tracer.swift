public import Primitives

/// Watches the machine. The machine is generic over it, and `NoTracer`'s empty hooks vanish when it is specialised.
public protocol Tracer: Sendable {
    /// Before an instruction, with its gas not yet paid.
    mutating func step(_ step: TraceStep)
    /// A frame begins: the outermost has depth 0.
    mutating func enter(_ message: Message, depth: Int)
    /// A frame, or a call that never got one, ends.
    mutating func exit(_ result: MessageResult, depth: Int)
    /// A log was left.
    mutating func log(_ log: Log)
    /// A contract gave what it owned to another account and is to go, or not: SELFDESTRUCT.
    mutating func selfdestruct(_ address: Address, beneficiary: Address, balance: UInt256)
    /// Whether the hooks do anything; a constant.
    static var isActive: Bool { get }
}

extension Tracer {
    public static var isActive: Bool { true }
    public mutating func enter(_ message: Message, depth: Int) {}
    public mutating func exit(_ result: MessageResult, depth: Int) {}
    public mutating func log(_ log: Log) {}
    public mutating func selfdestruct(_ address: Address, beneficiary: Address, balance: UInt256) {}
}

/// What the machine looks like before an instruction. Valid only during the hook.
public struct TraceStep {
    public let pc: Int
    public let opcode: UInt8
    public let gas: Int64
    public let depth: Int
    public let refund: Int64
    public let address: Address
    /// From the bottom to the top.
    public let stack: UnsafeBufferPointer<UInt256>
    public let memory: UnsafeRawBufferPointer
}

/// Watches nothing.
public struct NoTracer: Tracer {
    public init() {}
    @inline(__always) public static var isActive: Bool { false }
    @inline(__always) public mutating func step(_ step: TraceStep) {}
    @inline(__always) public mutating func enter(_ message: Message, depth: Int) {}
    @inline(__always) public mutating func exit(_ result: MessageResult, depth: Int) {}
}
