public import EVM
public import Primitives

/// Notes which accounts and slots a transaction touches, so that their state before and after can be told.
public struct TouchTracer: Tracer {
    public private(set) var accounts: Set<Address> = []
    public private(set) var slots: [Address: Set<Hash32>] = [:]

    public init() {}

    public mutating func enter(_ message: Message, depth: Int) {
        accounts.formUnion([message.caller, message.recipient, message.codeAddress])
    }

    public mutating func step(_ step: TraceStep) {
        let stack = step.stack
        switch Opcode(rawValue: step.opcode) {
        case .sload, .sstore: if let key = stack.last { slots[step.address, default: []].insert(key.bigEndianHash) }
        case .balance, .extcodesize, .extcodecopy, .extcodehash, .selfdestruct: if let word = stack.last { insert(word) }
        case .call, .callcode, .delegatecall, .staticcall: if stack.count >= 2 { insert(stack[stack.count - 2]) }
        default: break
        }
    }

    private mutating func insert(_ word: UInt256) {
        if let address = Address(word.bigEndianHash.bytes.suffix(20)) { accounts.insert(address) }
    }
}
