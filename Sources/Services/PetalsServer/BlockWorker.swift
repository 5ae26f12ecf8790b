import BlockingWork
public import LoRA
import LoRATraining
import ModelFiles
import Synchronization
public import Transformer

/// Runs a server's blocks, one piece of work at a time on a thread of its own.
public final class BlockWorker: Sendable {
    /// What only the worker's thread touches.
    private final class Machine: @unchecked Sendable {
        // Unchecked because it is used in the worker's closures alone, and these run one after the other.
        let pass: BlockPass
        let gradient: BlockGradient

        init(_ model: TransformerModel, _ context: ComputeContext) {
            pass = BlockPass(model: model, context: context)
            gradient = BlockGradient(model: model, context: context)
        }
    }

    public let model: TransformerModel
    private let machine: Machine
    private let worker = BlockingWorker("polai.petals-blocks")
    private let adapters = Mutex<[String: PreparedAdapter]>([:])

    public init(model: TransformerModel, context: ComputeContext) {
        self.model = model
        machine = Machine(model, context)
    }

    /// Names of the adapters that requests may ask for.
    public var adapterNames: [String] { adapters.withLock { $0.keys.sorted() } }

    /// Has requests that name `name` run with this adapter from now on; sessions that are open keep theirs.
    public func set(_ adapter: some LoRAValues, named name: String) throws(TransformerError) {
        let prepared = try model.prepare(adapter)
        adapters.withLock { $0[name] = prepared }
    }

    /// The adapter of a name; `nil` for no name.
    func adapter(_ name: String?) throws(PetalsServerError) -> PreparedAdapter? {
        guard let name else { return nil }
        guard let adapter = adapters.withLock({ $0[name] }) else { throw .unknownAdapter(name) }
        return adapter
    }

    func forward(
        _ states: HiddenStates, blocks: Range<Int>, adapter: PreparedAdapter?, prompts: DeepPrompts?
    ) async throws -> HiddenStates {
        try await worker.run { [machine] cancellation in
            guard !cancellation.isSet else { throw CancellationError() }
            return try machine.pass.forward(states, layers: blocks, adapter: adapter, prompts: prompts)
        }
    }

    func backward(
        _ states: HiddenStates, _ gradient: HiddenStates, blocks: Range<Int>, adapter: PreparedAdapter?, prompts: DeepPrompts?
    ) async throws -> (input: HiddenStates, prompts: [HiddenStates]) {
        try await worker.run { [machine] cancellation in
            guard !cancellation.isSet else { throw CancellationError() }
            return try machine.gradient.run(states, outputGradient: gradient, layers: blocks, adapter: adapter, prompts: prompts)
        }
    }

    /// A session's next tokens; before that its sequences go on from others of them where `sources` says so.
    func advance(
        _ cache: BlockCache, _ states: HiddenStates, sources: [Int]?, adapter: PreparedAdapter?, prompts: DeepPrompts?
    ) async throws -> HiddenStates {
        try await worker.run { [machine] cancellation in
            guard !cancellation.isSet else { throw CancellationError() }
            if let sources { try cache.reorder(sources) }
            return try machine.pass.advance(cache, by: states, adapter: adapter, prompts: prompts)
        }
    }

    /// What one block does in a second.
    public struct Rates: Equatable, Sendable {
        /// Tokens, where many go at once.
        public var forward: Double
        /// Steps of one token.
        public var inference: Double

        public init(forward: Double, inference: Double) { (self.forward, self.inference) = (forward, inference) }
    }

    /// Measures what one block does, which takes a second or two.
    ///
    /// - Parameter block: one that is loaded.
    public func rates(of block: Int) async throws -> Rates {
        let width = model.configuration.hiddenSize
        return try await worker.run { [machine, model] _ in
            let many = min(128, model.configuration.contextLength)
            let states = try HiddenStates([Float](repeating: 0.1, count: many * width), batch: 1, length: many, width: width)
            let step = try HiddenStates([Float](repeating: 0.1, count: width), batch: 1, length: 1, width: width)
            let cache = BlockCache(model: model, layers: block..<block + 1, batch: 1, capacity: many)
            // The first run makes memory and wakes threads.
            _ = try machine.pass.forward(states, layers: block..<block + 1)
            let forward = try Self.runs { _ = try machine.pass.forward(states, layers: block..<block + 1) }
            let inference = try Self.runs(atMost: many) { _ = try machine.pass.advance(cache, by: step) }
            return Rates(forward: forward * Double(many), inference: inference)
        }
    }

    /// Runs a second, for half a second.
    private static func runs(atMost limit: Int = .max, _ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        var (count, elapsed) = (0, 0.0)
        repeat {
            try body()
            count += 1
            elapsed = (ContinuousClock.now - start) / .seconds(1)
        } while elapsed < 0.5 && count < limit
        return Double(count) / max(elapsed, 1e-6)
    }
}
