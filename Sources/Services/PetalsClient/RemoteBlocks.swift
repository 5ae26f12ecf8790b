import HivemindAveraging
public import PeerIdentity
import PetalsWire
import Transformer

/// The blocks of one model as a swarm serves them: who has which, whom to ask, and whom not to for a while.
///
/// Nothing that comes from here was checked by anybody: a server may answer whatever it likes. What is refused is what cannot be an
/// answer, by its shape or by numbers that are not finite.
public actor RemoteBlocks {
    public struct Setting: Sendable {
        /// What the swarm calls the model.
        public var prefix: String
        /// Layers of the model.
        public var blockCount: Int
        /// Its hidden size.
        public var width: Int
        /// The servers' adapter to ask for; only servers that have it are asked.
        public var adapter: String?
        /// The only servers that are asked; `nil` for whoever serves.
        public var servers: Set<PeerID>?
        /// Failures in a row after which a step is given up.
        public var attempts = 8
        /// Seconds for which what the DHT said is believed (Petals' `update_period`).
        public var updatePeriod = 60.0
        /// Bytes of states that one message of a session carries; a longer prompt goes in several steps.
        public var stepSize = 1 << 20

        public init(prefix: String, blockCount: Int, width: Int) {
            (self.prefix, self.blockCount, self.width) = (prefix, blockCount, width)
        }
    }

    /// Servers whose distance is measured at each update: those with the longest spans.
    static let measured = 16
    /// Bytes of an answer besides its states.
    private static let answerMargin = 64 * 1024

    public nonisolated let setting: Setting
    let network: any BlockNetwork
    /// Seconds on a clock that does not go back.
    private let now: @Sendable () -> Double
    /// Waits between attempts.
    let pause: @Sendable (Duration) async throws -> Void
    private var spans: [RemoteSpan] = []
    /// Seconds of the measured round trips.
    private var delays: [PeerID: Double] = [:]
    private var bans = ServerBans()
    private var updated: Double?

    public init(
        _ setting: Setting, network: any BlockNetwork, now: @escaping @Sendable () -> Double,
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        (self.setting, self.network, self.now, self.pause) = (setting, network, now, pause)
    }

    /// All blocks of the model.
    public nonisolated var all: Range<Int> { 0..<setting.blockCount }

    /// Looks the swarm up anew, and measures how far its servers are.
    public func update() async {
        let announcements = await network.servers(of: ModuleChain(prefix: setting.prefix, blocks: all))
        let spans = RemoteSpan.spans(of: announcements, adapter: setting.adapter, allowed: setting.servers)
        let delays = await measure(spans)
        (self.spans, self.delays, updated) = (spans, delays, now())
    }

    private func measure(_ spans: [RemoteSpan]) async -> [PeerID: Double] {
        var first: [PeerID: Int] = [:]
        for span in spans where first.count < Self.measured && first[span.peer] == nil { first[span.peer] = span.blocks.lowerBound }
        let (network, prefix) = (network, setting.prefix)
        return await withTaskGroup(of: (PeerID, Double).self) { tasks in
            for (peer, block) in first {
                tasks.addTask {
                    // One that does not answer stays the last resort.
                    let delay = try? await network.delay(of: peer, serving: ModuleUID(prefix: prefix, block: block))
                    return (peer, delay ?? ChainCost.longestDelay)
                }
            }
            return await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// Servers for `blocks` one after the other, as Petals' client chooses them (`ChainCost`).
    ///
    /// - Parameter cacheTokens: tokens that a session may have.
    /// - Throws: `unserved` where a block has no server, `unknown` where none has.
    func chain(_ blocks: Range<Int>, cacheTokens: Int? = nil) async throws -> [RemoteSpan] {
        var cost = ChainCost(delays: delays, cacheTokens: cacheTokens)
        if let updated, now() - updated < setting.updatePeriod, let known = chosen(blocks, cost) { return known }
        await update()
        try Task.checkCancellation()
        cost.delays = delays
        // Where all have failed it may be for a reason that has passed.
        if let chain = chosen(blocks, cost) ?? cost.chain(blocks, of: spans) { return chain }
        guard !spans.isEmpty else { throw PetalsError.unknown(prefix: setting.prefix) }
        let missing = blocks.filter { block in !spans.contains { $0.blocks.contains(block) } }
        throw PetalsError.unserved(blocks: missing, prefix: setting.prefix)
    }

    /// The best chain without servers that failed of late.
    private func chosen(_ blocks: Range<Int>, _ cost: ChainCost) -> [RemoteSpan]? {
        let time = now()
        return cost.chain(blocks, of: spans.filter { !bans.isBanned($0.peer, now: time) })
    }

    /// A server failed: it is passed over for a time that doubles with each failure in a row.
    func failed(_ peer: PeerID) { bans.failed(peer, now: now()) }

    func succeeded(_ peer: PeerID) { bans.succeeded(peer) }

    /// What a request says besides its tensors, of which there are `count`.
    nonisolated func metadata(count: Int) -> RequestMetadata {
        var metadata = RequestMetadata()
        metadata.points = 0
        metadata.adapter = setting.adapter
        metadata.setArguments(count: count)
        return metadata
    }

    /// Bytes that an answer with `count` numbers may have: FP64 at the most.
    nonisolated func answerLimit(_ count: Int) -> Int { 8 * count + Self.answerMargin }

    /// The states that a server answers: of the shape of what it was given, and finite.
    nonisolated static func states(_ tensors: [SerialisedTensor], like input: HiddenStates) throws -> HiddenStates {
        guard let tensor = tensors.first else { throw PetalsError.badAnswer("it has no tensor") }
        guard tensor.shape == [input.batch, input.length, input.width] else {
            throw PetalsError.badAnswer("its shape is \(tensor.shape), not \([input.batch, input.length, input.width])")
        }
        do { return try HiddenStates(try tensor.numbers(), batch: input.batch, length: input.length, width: input.width) } catch {
            throw PetalsError.badAnswer("\(error)")
        }
    }
}

extension HiddenStates {
    /// As requests carry them.
    func serialised() throws -> SerialisedTensor { try SerialisedTensor(values, shape: [batch, length, width]) }
}
