import HivemindAveraging
import HivemindWire
import Multiformats
import PeerIdentity
import PetalsWire
import Synchronization
import Transformer

@testable import PetalsClient

/// Servers in this process, with faults by plan. Block b makes of a sequence's row t
/// `0.5 · x(t) + 0.25 · Σ x(s ≤ t) + b`: what a server has forgotten shows at once.
final class FakeSwarm: BlockNetwork {
    enum Fault: CaseIterable { case error, wrongShape, notANumber, noTensor, wrongType, shortBuffer }

    struct Server {
        var blocks: Range<Int>
        var rate = 100.0
        var adapters: [String] = []
        /// What goes wrong at which of its answers, counted from 0.
        var faults: [Int: Fault] = [:]
        /// Nobody answers where a stream is opened.
        var isGone = false
    }

    struct Failure: Error, Equatable {}

    private struct State {
        var servers: [PeerID: Server]
        var answers: [PeerID: Int] = [:]
        /// Tokens that each server was given.
        var tokens: [PeerID: Int] = [:]
        var searches = 0
        var open = 0
    }

    let blockCount: Int
    private let state: Mutex<State>

    init(blockCount: Int, _ servers: [UInt8: Server]) {
        self.blockCount = blockCount
        state = Mutex(State(servers: Dictionary(uniqueKeysWithValues: servers.map { (Self.peer($0.key), $0.value) })))
    }

    static func peer(_ number: UInt8) -> PeerID { PeerID(Multihash(peerKey: [number])) }

    func tokens(of number: UInt8) -> Int { state.withLock { $0.tokens[Self.peer(number)] ?? 0 } }
    var searches: Int { state.withLock { $0.searches } }
    /// Sessions that nobody ended.
    var open: Int { state.withLock { $0.open } }

    func set(_ number: UInt8, _ change: @Sendable (inout Server) -> Void) {
        state.withLock {
            if $0.servers[Self.peer(number)] != nil { change(&$0.servers[Self.peer(number), default: Server(blocks: 0..<1)]) }
        }
    }

    static func info(_ server: Server) -> ServerInfo {
        var info = ServerInfo(state: .online, throughput: 1, blocks: server.blocks)
        (info.inferenceRate, info.adapters) = (server.rate, server.adapters)
        return info
    }

    func servers(of chain: ModuleChain) async -> [[PeerID: ServerInfo]] {
        state.withLock { state in
            state.searches += 1
            return chain.blocks.map { block in state.servers.filter { $0.value.blocks.contains(block) }.mapValues(Self.info) }
        }
    }

    func delay(of peer: PeerID, serving block: ModuleUID) async throws -> Double { 0.01 }

    func open(_ peer: PeerID) async throws -> any InferenceLink {
        try state.withLock { state in
            guard state.servers[peer]?.isGone == false else { throw Failure() }
            state.open += 1
        }
        return FakeLink(swarm: self, peer: peer)
    }

    func closed() { state.withLock { $0.open -= 1 } }

    func ask(_ peer: PeerID, _ request: ExpertRequest, for pass: BlockPassKind, limit: Int) async throws -> [SerialisedTensor] {
        let chain = try ModuleChain(request.uid)
        let places = try RequestMetadata(bytes: request.metadata).arguments(count: request.tensors.count)
        guard places == Array(0..<(pass == .forward ? 2 : 3)), request.tensors.last?.isAbsent == true else { throw Failure() }
        let given = try request.tensors[pass == .forward ? 0 : 1].numbers()
        let (batch, length, width) = (request.tensors[0].shape[0], request.tensors[0].shape[1], request.tensors[0].shape[2])
        let size = length * width
        var output: [Float] = []
        for sequence in 0..<batch {
            var rows = Array(given[sequence * size..<(sequence + 1) * size])
            for block in pass == .forward ? Array(chain.blocks) : chain.blocks.reversed() {
                rows = pass == .forward ? Self.run(block, rows, width: width) : Self.gradient(rows, width: width)
            }
            output += rows
        }
        return try answer(peer, chain, output, shape: [batch, length, width])
    }

    /// What a server says, with its planned fault.
    func answer(_ peer: PeerID, _ chain: ModuleChain, _ rows: [Float], shape: [Int]) throws -> [SerialisedTensor] {
        let fault: Fault? = try state.withLock { state in
            guard let server = state.servers[peer], server.blocks.contains(chain.blocks.lowerBound),
                server.blocks.upperBound >= chain.blocks.upperBound, !server.isGone
            else { throw Failure() }
            let number = state.answers[peer] ?? 0
            state.answers[peer] = number + 1
            state.tokens[peer, default: 0] += shape[1]
            return server.faults[number]
        }
        var tensor = try SerialisedTensor(rows, shape: shape)
        switch fault {
        case nil: return [tensor]
        case .error: throw HivemindError.remote("planned")
        case .noTensor: return []
        case .wrongShape: tensor.shape = [shape[0], shape[2], shape[1] + 1]
        case .notANumber: tensor = try SerialisedTensor([Float.nan] + rows.dropFirst(), shape: shape)
        case .wrongType: tensor.type = "complex64"
        case .shortBuffer: tensor.buffer.removeLast(4)
        }
        return [tensor]
    }

    static func run(_ block: Int, _ rows: [Float], width: Int) -> [Float] {
        var (output, sums) = ([Float](), [Float](repeating: 0, count: width))
        for (place, value) in rows.enumerated() {
            sums[place % width] += value
            output.append(0.5 * value + 0.25 * sums[place % width] + Float(block))
        }
        return output
    }

    static func gradient(_ rows: [Float], width: Int) -> [Float] {
        var (output, sums) = (rows, [Float](repeating: 0, count: width))
        for place in rows.indices.reversed() {
            sums[place % width] += rows[place]
            output[place] = 0.5 * rows[place] + 0.25 * sums[place % width]
        }
        return output
    }

    /// All blocks at once.
    func expected(_ rows: [Float], width: Int) -> [Float] { (0..<blockCount).reduce(rows) { Self.run($1, $0, width: width) } }
}

/// A session at a fake server: it keeps what each block was given.
final class FakeLink: InferenceLink {
    private struct State {
        var inputs: [Int: [Float]] = [:]
        var maximumLength: Int?
        var length = 0
        var steps: Set<String> = []
        var isOver = false
    }

    private let swarm: FakeSwarm
    private let peer: PeerID
    private let state = Mutex(State())

    init(swarm: FakeSwarm, peer: PeerID) { (self.swarm, self.peer) = (swarm, peer) }

    func step(_ request: ExpertRequest, limit: Int) async throws -> ExpertResponse {
        let (chain, metadata) = (try ModuleChain(request.uid), try RequestMetadata(bytes: request.metadata))
        let shape = request.tensors[0].shape
        guard shape.count == 3, shape[0] == 1, request.tensors.count == 3, request.tensors[1].isAbsent, request.tensors[2].type == "int64",
            try metadata.arguments(count: 3) == [0, 1, 2], metadata.session != nil
        else { throw FakeSwarm.Failure() }
        var rows = try request.tensors[0].numbers()
        try state.withLock { state in
            state.maximumLength = metadata.maximumLength ?? state.maximumLength
            state.length += shape[1]
            guard let most = state.maximumLength, state.length <= most, !state.isOver, let step = metadata.step,
                state.steps.insert(step).inserted
            else { throw FakeSwarm.Failure() }
            for block in chain.blocks {
                let inputs = state.inputs[block, default: []] + rows
                state.inputs[block] = inputs
                rows = Array(FakeSwarm.run(block, inputs, width: shape[2]).suffix(rows.count))
            }
        }
        return ExpertResponse(tensors: try swarm.answer(peer, chain, rows, shape: shape))
    }

    func end() async {
        let isFirst = state.withLock { state in
            defer { state.isOver = true }
            return !state.isOver
        }
        if isFirst { swarm.closed() }
    }
}

/// The clock of a test, and the waits that were asked for; each moves it.
final class FakeTime: Sendable {
    private let state = Mutex<(now: Double, waits: [Duration])>((0, []))

    var now: Double { state.withLock { $0.now } }
    var waits: [Duration] { state.withLock { $0.waits } }

    func pause(_ duration: Duration) { state.withLock { $0 = ($0.now + duration / .seconds(1), $0.waits + [duration]) } }
}
