import Primitives

/// One level of the call stack, kept outside the host's stack. The interpreter works on copies of `pc`, `gas` and
/// `top` in registers and writes them back when it leaves the frame.
struct CallFrame {
    static let stackLimit = 1024

    /// The items, allocated once and used again by every call at this depth.
    let stack: UnsafeMutablePointer<UInt256>
    /// One past the topmost item.
    var top: UnsafeMutablePointer<UInt256>
    var memory: UnsafeMutableRawPointer
    /// Bytes in use, a multiple of 32; what lies beyond is garbage.
    var memorySize = 0
    var memoryCapacity: Int
    var pc = 0
    var gas: Int64 = 0
    var code = Code.empty
    var message = Message(kind: .call, gas: 0, recipient: .zero, caller: .zero)
    /// Where the recipient's account lies in the state.
    var account = 0
    /// Output of the last call that this frame made.
    var returnData: [UInt8] = []
    var checkpoint = ExecutionState.Checkpoint()

    init() {
        stack = .allocate(capacity: Self.stackLimit + 1)
        top = stack
        memoryCapacity = 4096
        memory = .allocate(byteCount: 4096, alignment: 32)
    }

    func deallocate() {
        stack.deallocate()
        memory.deallocate()
    }

    /// Makes the frame ready for another call.
    mutating func prepare(
        _ message: Message, code: Code, account: Int, checkpoint: ExecutionState.Checkpoint
    ) {
        top = stack
        memorySize = 0
        pc = 0
        gas = message.gas
        self.code = code
        self.message = message
        self.account = account
        self.checkpoint = checkpoint
        returnData = []
        // A call that needed much memory does not hold it for ever.
        if memoryCapacity > 1 << 20 {
            memory.deallocate()
            memoryCapacity = 4096
            memory = .allocate(byteCount: 4096, alignment: 32)
        }
    }

    /// Grows the memory to `size` bytes, rounded up to words, with zeros.
    mutating func growMemory(to size: Int) {
        let rounded = (size + 31) & ~31
        if rounded > memoryCapacity {
            let capacity = max(rounded, 2 * memoryCapacity)
            let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 32)
            larger.copyMemory(from: memory, byteCount: memorySize)
            memory.deallocate()
            memory = larger
            memoryCapacity = capacity
        }
        (memory + memorySize).initializeMemory(
            as: UInt8.self, repeating: 0, count: rounded - memorySize)
        memorySize = rounded
    }

    func memoryBytes(_ offset: Int, _ count: Int) -> [UInt8] {
        count == 0 ? [] : Array(UnsafeRawBufferPointer(start: memory + offset, count: count))
    }
}
