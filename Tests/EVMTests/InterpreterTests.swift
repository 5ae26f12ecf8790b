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
