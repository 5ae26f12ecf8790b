public import BeaconTypes
import JSON
public import Logging
public import Primitives
public import ServiceInterfaces

/// A beacon node in another process, behind the standard beacon API: what a validator client asks of any node.
///
/// JSON throughout. Requests have time and size limits and are tried again after failures that pass.
public actor RemoteBeaconNode {
    public nonisolated let spec: BeaconSpec
    public nonisolated let clock: SlotClock
    public nonisolated let genesisValidatorsRoot: Root
    nonisolated let client: RESTClient
    nonisolated let logger: Logger
    /// Oldest first.
    nonisolated let forks: [Fork]
    /// What the node added to the block it produced last.
    var lastContents: BlockContents?
    /// The epoch whose committees the node was told about.
    var subscribedEpoch: Epoch?

    /// Blobs and proofs travel with a block that the node produced, and go back with it signed.
    struct BlockContents {
        let slot: Slot
        /// The members beside `block`; `nil` when the node answered the bare block.
        let members: [JSONValue.Member]?
        let version: String
    }

    /// Connects and reads the chain's genesis and rules.
    ///
    /// - Parameters:
    ///   - url: `http://host:port`, the node's REST interface.
    ///   - timeout: seconds for one try of a request.
    ///   - token: issues tokens for what only roles of the same node may ask: who holds its JWT secret.
    ///   - now: the time in seconds since the Unix epoch.
    /// - Throws: `RemoteBeaconNodeError`.
    public init(
        url: String, timeout: Double = 5, token: (@Sendable () -> String)? = nil, now: @escaping @Sendable () -> Double, logger: Logger
    ) async throws {
        client = RESTClient(endpoint: try RESTEndpoint(url), timeout: timeout, token: token, logger: logger)
        self.logger = logger
        spec = try ChainRules.spec(try await Self.fetch(client, .get("/eth/v1/config/spec")))
        forks = try ChainRules.forks(try await Self.fetch(client, .get("/eth/v1/config/fork_schedule")))
        let genesis = try await Self.fetch(client, .get("/eth/v1/beacon/genesis")).data
        genesisValidatorsRoot = try genesis.root("genesis_validators_root")
        clock = SlotClock(
            genesisTime: try genesis.number("genesis_time"), slotDurationMilliseconds: spec.config.slotDurationMs, now: now)
    }

    nonisolated func fetch(_ request: RESTRequest) async throws -> AnswerFields {
        try await Self.fetch(client, request)
    }

    private static func fetch(_ client: RESTClient, _ request: RESTRequest) async throws -> AnswerFields {
        AnswerFields(path: request.path, value: try await client.send(request))
    }

    /// The answer, or `nil` when the node says that there is none.
    nonisolated func fetchIfFound(_ request: RESTRequest) async throws -> AnswerFields? {
        do {
            return try await fetch(request)
        } catch RemoteBeaconNodeError.refused(_, 404, _, _) {
            return nil
        }
    }
}
