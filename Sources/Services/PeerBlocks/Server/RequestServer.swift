public import BeaconTypes
import BeaconWire
import ChainSync
public import LibP2P
public import Logging
import NIOCore
public import PeerIdentity
import SSZ
public import ServiceInterfaces

/// Answers peers from this node's chain by Ethereum's consensus protocols: a few blocks are in memory at a time, however many are
/// asked for; nobody asks more than a few questions at once, and of each kind more than its bucket gives.
public struct RequestServer: Sendable {
    /// How long a peer may take to put its question, and to take one chunk of the answer.
    static let patience: Duration = .seconds(20)
    /// Slots whose blocks are read at once.
    static let slotsAtOnce = 8

    let host: Host
    let agreement: ChainAgreement
    let source: any BlockSource
    let lightClients: (any LightClientReader)?
    let spec: BeaconSpec
    private let load = ServerLoad()
    let states: StateShelf
    let budget: RequestBudget
    /// Is told of peers whose questions no honest node puts.
    private let blame: @Sendable (PeerID) -> Void
    /// Lets go of peers that go, or must: of another chain.
    let partings: PeerPartings
    let logger: Logger

    /// - Parameters:
    ///   - source: this node's chain.
    ///   - lightClients: what light clients are told, if anything.
    ///   - budget: what each peer may ask.
    ///   - partings: lets go of peers; shared by all who do so over the same host.
    public init(
        host: Host, agreement: ChainAgreement, source: any BlockSource, lightClients: (any LightClientReader)? = nil, spec: BeaconSpec,
        budget: RequestBudget = RequestBudget(), blame: @escaping @Sendable (PeerID) -> Void = { _ in },
        partings: PeerPartings? = nil, logger: Logger
    ) {
        (self.host, self.agreement, self.source, self.lightClients) = (host, agreement, source, lightClients)
        (self.spec, self.budget, self.blame, self.logger) = (spec, budget, blame, logger)
        self.partings = partings ?? PeerPartings(PeerRequests(host: host, forkDigest: agreement.forkDigest, spec: spec))
        states = StateShelf(source, spec)
    }

    /// Serves every protocol from now on.
    public func serve() {
        for name in RequestProtocol.allCases {
            if lightClients == nil, name.isForLightClients { continue }
            host.handle(name.id) { stream in
                try load.begin(stream.peer)
                defer { load.end(stream.peer) }
                try await answer(stream, name)
            }
        }
    }

    private func answer(_ stream: PeerStream, _ name: RequestProtocol) async throws {
        let request: [UInt8]
        do {
            request = try await question(of: stream, name)
        } catch let error as BeaconWireError {
            blame(stream.peer)
            return try await send(RequestFrames.failure(.invalidRequest, "\(error)"), on: stream)
        }
        do {
            try await answer(stream, name, request)
        } catch let error as RequestRefusal {
            if error.code == .invalidRequest { blame(stream.peer) }
            try await send(RequestFrames.failure(error.code, error.message), on: stream)
        } catch ChainSyncError.incomplete(let what) {
            try await send(RequestFrames.failure(.resourceUnavailable, what), on: stream)
        }
    }

    /// The SSZ of a question.
    private func question(of stream: PeerStream, _ name: RequestProtocol) async throws -> [UInt8] {
        guard let allowed = name.requestSize else { return [] }
        let deadline = stream.deadline(Self.patience)
        defer { deadline.cancel() }
        var reader = RequestReader(allowed: allowed)
        while let bytes = try await stream.read() {
            if let request = try reader.read(Array(bytes.readableBytesView)) { return request }
        }
        throw BeaconWireError.truncated
    }

    /// Waits for the peer's turn.
    func spend(_ stream: PeerStream, _ name: RequestProtocol, count: Int = 1) async throws {
        guard try await budget.spend(stream.peer, name, count: count) else {
            throw RequestRefusal(.resourceUnavailable, "asked for too much; wait a while")
        }
    }

    func chunk(_ ssz: [UInt8], on stream: PeerStream, _ name: RequestProtocol) async throws {
        try await send(RequestFrames.chunk(ssz, context: name.hasContext ? agreement.forkDigest : nil), on: stream)
    }

    private func send(_ bytes: [UInt8], on stream: PeerStream) async throws {
        // Who does not read holds a stream and a few blocks no longer than this.
        let deadline = stream.deadline(Self.patience)
        defer { deadline.cancel() }
        try await stream.write(bytes)
    }
}

/// What ends an answer, told to the peer.
struct RequestRefusal: Error {
    let code: ResponseCode
    let message: String

    init(_ code: ResponseCode, _ message: String) { (self.code, self.message) = (code, message) }
}
