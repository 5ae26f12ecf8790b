import EVM
import Primitives
import StateTrie
import Testing

@Suite struct InterpreterTests {
    private static let contract = Address([UInt8](repeating: 0xcc, count: 20)) ?? .zero
    private static let caller = Address([UInt8](repeating: 0xaa, count: 20)) ?? .zero

    /// Runs `code` and gives the result and what slot 0 holds then.
    private func run(
        _ code: [UInt8], gas: Int64 = 1_000_000, _ revision: EVMRevision = .prague
    ) throws -> (MessageResult, UInt256) {
        var world = WorldState(database: StateNodes())
        world.setAccount(Account(nonce: 1), at: Self.contract)
        try world.setCode(code, at: Self.contract)
        var evm = EVM(state: ExecutionState(reader: world), revision: revision, block: BlockContext(number: 1))
        let result = evm.execute(Message(kind: .call, gas: gas, recipient: Self.contract, caller: Self.caller))
        return (result, evm.state.storage(Self.contract, slot: .zero))
    }

    @Test func addsAndReturns() throws {
        // PUSH1 2, PUSH1 3, ADD, PUSH1 0, MSTORE, PUSH1 32, PUSH1 0, RETURN
        let (result, _) = try run([0x60, 2, 0x60, 3, 0x01, 0x60, 0, 0x52, 0x60, 32, 0x60, 0, 0xf3])
        #expect(result.succeeded && result.output == UInt256(5).bigEndianHash.bytes)
        #expect(result.gasLeft == 1_000_000 - 24)
    }

    @Test func failuresHaveTheirNames() throws {
        #expect(try run([0x01]).0.failure == .stackUnderflow)
        #expect(try run([0x0c]).0.failure == .undefinedInstruction)
        #expect(try run([0xfe]).0.failure == .undefinedInstruction)
        #expect(try run([0x60, 3, 0x56, 0x5b]).0.succeeded)
        #expect(try run([0x60, 1, 0x56]).0.failure == .invalidJump)
        // A JUMPDEST inside a PUSH is none.
        #expect(try run([0x60, 3, 0x56, 0x60, 0x5b]).0.failure == .invalidJump)
        #expect(try run([0x5b, 0x60, 0, 0x56]).0.failure == .outOfGas)
        #expect(try run([0x5b, 0x5f, 0x60, 0, 0x56], gas: 100_000_000).0.failure == .stackOverflow)
        #expect(try run([0x5f], .paris).0.failure == .undefinedInstruction)
    }

    /// A contract that calls itself until its gas ends: a thousand frames, none of them on the host's stack.
    @Test func deepCallsNeedNoHostStack() throws {
        // SLOAD(0)+1 -> SSTORE(0); CALL(gas, address, 0, 0, 0, 0, 0)
        let code: [UInt8] = [
            0x60, 0, 0x54, 0x60, 1, 0x01, 0x60, 0, 0x55, 0x60, 0, 0x60, 0, 0x60, 0, 0x60, 0, 0x60, 0, 0x30, 0x5a, 0xf1, 0x00,
        ]
        let (result, count) = try run(code, gas: 1 << 50)
        #expect(result.succeeded && count == 1025)
    }

    /// Sizes and offsets beyond any memory: out of gas for every instruction that takes them, and never a crash. A hash of
    /// 2^63 bytes once gave gas back (found by `scripts/fuzz-blocks.py`, seed 432).
    @Test(arguments: [UInt256(1 << 63), UInt256(UInt64.max), UInt256(1) << 64, UInt256(1) << 127, .max, UInt256(1 << 32)])
    func hugeRangesRunOutOfGas(_ huge: UInt256) throws {
        let push = [0x7f] + huge.bigEndianHash.bytes
        let one: [UInt8] = [0x60, 1]
        /// The instruction, how many operands it takes, and which are size and offset, counted from the top.
        let instructions: [(UInt8, Int, [Int])] = [
            (0x20, 2, [0, 1]), (0x37, 3, [0, 2]), (0x39, 3, [0, 2]), (0x3c, 4, [1, 3]), (0x51, 1, [0]), (0x52, 2, [0]), (0x53, 2, [0]),
            (0x5e, 3, [0, 1, 2]), (0xa0, 2, [0, 1]), (0xa4, 6, [0, 1]), (0xf0, 3, [1, 2]), (0xf5, 4, [1, 2]), (0xf1, 7, [3, 4, 5, 6]),
            (0xf4, 6, [2, 3, 4, 5]), (0xfa, 6, [2, 3, 4, 5]), (0xf3, 2, [0, 1]), (0xfd, 2, [0, 1]),
        ]
        for (instruction, count, ranges) in instructions {
            for wrong in ranges {
                let operands = (0..<count).reversed().flatMap { $0 == wrong ? push : one }
                let result = try run(operands + [instruction]).0
                #expect(result.failure == .outOfGas && result.gasLeft == 0, "\(instruction) operand \(wrong)")
            }
        }
    }

    @Test func revertTakesStorageBack() throws {
        let (result, slot) = try run([0x60, 7, 0x60, 0, 0x55, 0x60, 0, 0x60, 0, 0xfd])
        #expect(result.failure == .reverted && slot == .zero && result.gasLeft > 0)
    }

    private struct StepCounter: Tracer {
        var steps: [UInt8] = []
        mutating func step(_ step: TraceStep) { steps.append(step.opcode) }
    }

    @Test func tracersSeeEveryInstruction() throws {
        var world = WorldState(database: StateNodes())
        world.setAccount(Account(nonce: 1), at: Self.contract)
        try world.setCode([0x60, 2, 0x60, 3, 0x01, 0x00], at: Self.contract)
        var evm = EVM(state: ExecutionState(reader: world), revision: .prague, block: BlockContext())
        var tracer: any Tracer = StepCounter()
        _ = evm.execute(Message(kind: .call, gas: 1000, recipient: Self.contract, caller: Self.caller), tracing: &tracer)
        #expect((tracer as? StepCounter)?.steps == [0x60, 0x60, 0x01, 0x00])
    }
}
