public import Primitives

/// The machine for one block: runs messages on an `ExecutionState` under one set of rules.
///
/// Frames lie in memory of the machine's own, so 1,024 nested calls need no more of the host's stack than one.
public struct EVM: ~Copyable {
    public var state: ExecutionState
    public let revision: EVMRevision
    public let block: BlockContext
    public var transaction = TransactionContext()
    /// What BLOCKHASH found in this block: at most 256.
    var knownHashes: [UInt64: UInt256] = [:]
    /// Where the precompiles are, if not where the rules put them.
    var precompileTable: [Address: Precompile]?
    let table: UnsafePointer<Operation>
    private let frames: UnsafeMutablePointer<CallFrame>
    private var frameCount = 0

    public init(state: ExecutionState, revision: EVMRevision, block: BlockContext) {
        self.state = state
        self.revision = revision
        self.block = block
        table = OperationTable.table(revision)
        frames = .allocate(capacity: GasTable.maximumDepth + 2)
    }

    deinit {
        for index in 0..<frameCount { frames[index].deallocate() }
        frames.deinitialize(count: frameCount)
        frames.deallocate()
    }

    /// The frame of a depth, made when that depth is first reached.
    private mutating func frame(_ depth: Int) -> UnsafeMutablePointer<CallFrame> {
        while frameCount <= depth {
            (frames + frameCount).initialize(to: CallFrame())
            frameCount += 1
        }
        return frames + depth
    }

    /// Runs a message and all that it calls.
    public mutating func execute(_ message: Message) -> MessageResult {
        var tracer = NoTracer()
        return execute(message, tracer: &tracer)
    }

    /// Runs a message with a tracer that is only known at run time.
    public mutating func execute(_ message: Message, tracing tracer: inout any Tracer)
        -> MessageResult
    {
        var box = TracerBox(tracer: tracer)
        defer { tracer = box.tracer }
        return execute(message, tracer: &box)
    }

    mutating func execute<T: Tracer>(_ message: Message, tracer: inout T) -> MessageResult {
        var depth = 0
        if T.isActive { tracer.enter(message, depth: 0) }
        if let result = begin(message, depth: 0) {
            if T.isActive { tracer.exit(result, depth: 0) }
            return result
        }
        while true {
            let current = frames + depth
            switch run(current, depth: depth, tracer: &tracer) {
            case .calls(var call):
                call.depth = depth + 1
                if T.isActive { tracer.enter(call, depth: depth + 1) }
                if let result = begin(call, depth: depth + 1) {
                    if T.isActive { tracer.exit(result, depth: depth + 1) }
                    deliver(result, of: call, to: current)
                } else {
                    depth += 1
                }
            case .ends(let failure, let offset, let size):
                let result = finish(
                    current, failure: failure, output: current.pointee.memoryBytes(offset, size))
                if T.isActive { tracer.exit(result, depth: depth) }
                if depth == 0 { return result }
                depth -= 1
                deliver(result, of: current.pointee.message, to: frames + depth)
            }
        }
    }

    /// Starts a message: `nil` when a frame now waits at `depth`, else what it gave at once.
    private mutating func begin(_ message: Message, depth: Int) -> MessageResult? {
        let checkpoint = state.checkpoint
        let recipient = state.position(message.recipient)
        if message.isCreation {
            return beginCreation(message, recipient: recipient, checkpoint: checkpoint, depth: depth)
        }
        transfer(message, recipient: recipient)
        if let precompile = precompile(at: message.codeAddress) {
            guard let (gas, output) = precompile.run(message.input, gas: message.gas, revision) else {
                state.rollback(to: checkpoint)
                return MessageResult(failure: .precompileFailed, gasLeft: 0, output: [], created: nil)
            }
            return MessageResult(failure: nil, gasLeft: gas, output: output, created: nil)
        }
        var code = state.code(state.position(message.codeAddress))
        if revision >= .prague, let delegate = code.delegate {
            code = precompile(at: delegate) == nil ? state.code(state.position(delegate)) : .empty
        }
        guard code.count > 0 else {
            return MessageResult(failure: nil, gasLeft: message.gas, output: [], created: nil)
        }
        frame(depth).pointee.prepare(message, code: code, account: recipient, checkpoint: checkpoint)
        return nil
    }

    private mutating func transfer(_ message: Message, recipient: Int) {
        switch message.kind {
        case .call:
            if !message.value.isZero {
                state.debit(message.value, from: message.caller)
                state.credit(message.value, to: message.recipient)
            } else if revision < .spuriousDragon {
                state.touchIntoExistence(recipient)
            } else {
                state.touch(recipient)
            }
        case .staticcall: state.touch(recipient)
        default: break
        }
    }

    private mutating func beginCreation(
        _ message: Message, recipient: Int, checkpoint: ExecutionState.Checkpoint, depth: Int
    ) -> MessageResult? {
        let entry = state.entries[recipient]
        // EIP-684, and EIP-7610: storage without code or nonce counts as well.
        if entry.nonce != 0 || entry.codeHash != Code.empty.hash
            || (entry.hasStoredSlots && !entry.isStorageVoid)
        {
            return MessageResult(failure: .addressCollision, gasLeft: 0, output: [], created: nil)
        }
        state.markCreated(recipient)
        if revision >= .spuriousDragon { state.setNonce(recipient, 1) }
        state.debit(message.value, from: message.caller)
        state.credit(message.value, to: message.recipient)
        guard !message.input.isEmpty else {
            return MessageResult(
                failure: nil, gasLeft: message.gas, output: [], created: message.recipient)
        }
        var waiting = message
        waiting.input = []
        let code = Code(message.input, hash: nil)
        frame(depth).pointee.prepare(waiting, code: code, account: recipient, checkpoint: checkpoint)
        return nil
    }

    /// Ends a frame: keeps or takes back its changes, and deposits a new contract's code.
    private mutating func finish(
        _ frame: UnsafeMutablePointer<CallFrame>, failure: EVMFailure?, output: [UInt8]
    ) -> MessageResult {
        let checkpoint = frame.pointee.checkpoint
        if let failure {
            state.rollback(to: checkpoint)
            let gas = failure == .reverted ? frame.pointee.gas : 0
            return MessageResult(failure: failure, gasLeft: gas, output: output, created: nil)
        }
        guard frame.pointee.message.isCreation else {
            return MessageResult(failure: nil, gasLeft: frame.pointee.gas, output: output, created: nil)
        }
        let created = frame.pointee.message.recipient
        if let failure = deposit(output, frame) {
            state.rollback(to: checkpoint)
            return MessageResult(failure: failure, gasLeft: 0, output: [], created: nil)
        }
        // Whoever asked from outside sees the code; a contract that creates sees nothing (`deliver`).
        return MessageResult(failure: nil, gasLeft: frame.pointee.gas, output: output, created: created)
    }

    private mutating func deposit(_ code: [UInt8], _ frame: UnsafeMutablePointer<CallFrame>)
        -> EVMFailure?
    {
        if revision >= .spuriousDragon, code.count > GasTable.maximumCodeSize { return .codeTooLarge }
        if revision >= .london, code.first == 0xef { return .codeBeginsWithEF }
        let cost = Int64(code.count) * GasTable.codeDepositPerByte
        guard cost <= frame.pointee.gas else {
            // Frontier left such a contract without code.
            return revision >= .homestead ? .outOfGas : nil
        }
        frame.pointee.gas -= cost
        state.setCode(frame.pointee.account, code)
        return nil
    }

    /// Gives a call's result to the frame that made it.
    private func deliver(
        _ result: MessageResult, of call: Message, to frame: UnsafeMutablePointer<CallFrame>
    ) {
        frame.pointee.gas += result.gasLeft
        var pushed = UInt256.zero
        if call.isCreation {
            frame.pointee.returnData = result.failure == .reverted ? result.output : []
            if let created = result.created { pushed = Self.word(created) }
        } else {
            frame.pointee.returnData = result.output
            pushed = result.succeeded ? .one : .zero
            if result.succeeded || result.failure == .reverted {
                let count = min(call.outputSize, result.output.count)
                result.output.withUnsafeBytes { bytes in
                    if count > 0, let base = bytes.baseAddress {
                        (frame.pointee.memory + call.outputOffset).copyMemory(from: base, byteCount: count)
                    }
                }
            }
        }
        frame.pointee.top.pointee = pushed
        frame.pointee.top += 1
    }
}

/// Gives a tracer known at run time a type known at compile time.
private struct TracerBox: Tracer {
    var tracer: any Tracer
    mutating func step(_ step: TraceStep) { tracer.step(step) }
    mutating func enter(_ message: Message, depth: Int) { tracer.enter(message, depth: depth) }
    mutating func exit(_ result: MessageResult, depth: Int) { tracer.exit(result, depth: depth) }
    mutating func log(_ log: Log) { tracer.log(log) }
    mutating func selfdestruct(_ address: Address, beneficiary: Address, balance: UInt256) {
        tracer.selfdestruct(address, beneficiary: beneficiary, balance: balance)
    }
}
