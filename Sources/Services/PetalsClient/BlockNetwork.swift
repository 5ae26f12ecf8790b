public import HivemindAveraging
public import PeerIdentity
public import PetalsWire

/// What a client asks of a swarm: who serves which block, and calls to those.
public protocol BlockNetwork: Sendable {
    /// For each block of a chain, what each of its servers says of itself.
    func servers(of chain: ModuleChain) async -> [[PeerID: ServerInfo]]

    /// Seconds until a server has said what it has.
    func delay(of peer: PeerID, serving block: ModuleUID) async throws -> Double

    /// One pass without a session.
    ///
    /// - Parameter limit: bytes of the answer.
    func ask(_ peer: PeerID, _ request: ExpertRequest, for pass: BlockPassKind, limit: Int) async throws -> [SerialisedTensor]

    /// Opens a session's stream.
    func open(_ peer: PeerID) async throws -> any InferenceLink
}

/// Passes through blocks that keep nothing.
public enum BlockPassKind: Sendable {
    case forward
    case backward
}

/// The stream of one session at one server. One step is under way at a time.
public protocol InferenceLink: Sendable {
    /// Sends a step, and waits for its answer.
    ///
    /// - Parameter limit: bytes of the answer.
    func step(_ request: ExpertRequest, limit: Int) async throws -> ExpertResponse

    /// Says that the session is over, and lets the stream go.
    func end() async
}
