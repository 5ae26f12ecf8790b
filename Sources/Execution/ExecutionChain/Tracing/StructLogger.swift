public import EVM
public import Primitives

/// Notes every instruction, as geth's default tracer does.
public struct StructLogger: Tracer {
    public struct Options: Sendable, Hashable {
        public var stack = true
        public var storage = true
        public var memory = false
        public var returnData = false
        /// Instructions that are noted at most; 0 for all that the node allows.
        public var limit = 0

        public init() {}
    }

    /// What was there before an instruction.
    public struct Entry: Sendable {
        public var pc: Int
        public var opcode: UInt8
        public var gas: Int64
        public var gasCost: Int64
        /// From 1.
        public var depth: Int
        public var refund: Int64
        public var stack: [UInt256]
        public var memory: [UInt8]
        public var returnData: [UInt8]
        /// For SLOAD and SSTORE, what is known of the contract's slots after it.
        public var storage: [Hash32: Hash32]?
        public var failure: EVMFailure?
    }

    private struct Frame {
        var address: Address
        /// The instruction whose cost is not known yet.
        var open: Int?
        /// The gas that it had.
        var gas: Int64 = 0
        /// Gas that a call returned to it, and so was no cost.
        var returned: Int64 = 0
        /// The slot that it read, whose value the next step shows.
        var read: Hash32?
        var returnData: [UInt8] = []
    }

    /// Entries that any trace holds at most, so that an answer stays within reason.
    public static let mostEntries = 1_000_000
    /// Bytes of stacks and memories that any trace holds at most.
    public static let mostBytes = 1 << 28

    private let options: Options
    public private(set) var entries: [Entry] = []
    /// Whether there were more instructions than noted.
    public private(set) var isCut = false
    /// Bytes of stacks and memories that were noted.
    private var bytes = 0
    private var frames: [Frame] = []
    private var storage: [Address: [Hash32: Hash32]] = [:]

    public init(_ options: Options = Options()) { self.options = options }

    public mutating func enter(_ message: Message, depth: Int) { frames.append(Frame(address: message.recipient)) }

    public mutating func exit(_ result: MessageResult, depth: Int) {
        if let index = frames.last?.open {
            if let failure = result.failure, failure != .reverted { entries[index].failure = failure }
            entries[index].gasCost = result.succeeded || result.failure == .reverted ? frames[frames.count - 1].gas - result.gasLeft : 0
        }
        frames.removeLast()
        guard !frames.isEmpty else { return }
        frames[frames.count - 1].returned = result.gasLeft
        frames[frames.count - 1].returnData = result.output
    }

    public mutating func step(_ step: TraceStep) {
        close(step)
        bytes +=
            (options.stack ? 32 * step.stack.count : 0) + (options.memory ? step.memory.count : 0)
            + (options.returnData ? frames.last?.returnData.count ?? 0 : 0) + storageBytes(step)
        let most = options.limit > 0 ? min(options.limit, Self.mostEntries) : Self.mostEntries
        guard entries.count < most, bytes <= Self.mostBytes else {
            isCut = true
            return
        }
        var entry = Entry(
            pc: step.pc, opcode: step.opcode, gas: step.gas, gasCost: 0, depth: step.depth + 1, refund: step.refund,
            stack: options.stack ? Array(step.stack) : [], memory: options.memory ? Array(step.memory) : [],
            returnData: options.returnData ? frames.last?.returnData ?? [] : [])
        let top = frames.count - 1
        guard top >= 0 else { return }
        frames[top].open = entries.count
        frames[top].gas = step.gas
        frames[top].returned = 0
        if options.storage, let key = step.stack.last?.bigEndianHash {
            let address = frames[top].address
            switch Opcode(rawValue: step.opcode) {
            case .sload: frames[top].read = key
            case .sstore where step.stack.count >= 2:
                storage[address, default: [:]][key] = step.stack[step.stack.count - 2].bigEndianHash
                entry.storage = storage[address]
            default: break
            }
        }
        entries.append(entry)
    }

    /// What the slots beside an instruction that reads or writes one take: each such entry holds all that its account showed so far.
    private func storageBytes(_ step: TraceStep) -> Int {
        guard options.storage, let frame = frames.last, [.sload, .sstore].contains(Opcode(rawValue: step.opcode)) else { return 0 }
        return 64 * ((storage[frame.address]?.count ?? 0) + 1)
    }

    /// What the instruction before cost and read.
    private mutating func close(_ step: TraceStep) {
        let top = frames.count - 1
        guard top >= 0, let index = frames[top].open else { return }
        entries[index].gasCost = frames[top].gas - (step.gas - frames[top].returned)
        if let key = frames[top].read, let value = step.stack.last {
            let address = frames[top].address
            storage[address, default: [:]][key] = value.bigEndianHash
            entries[index].storage = storage[address]
        }
        frames[top].open = nil
        frames[top].read = nil
    }
}
