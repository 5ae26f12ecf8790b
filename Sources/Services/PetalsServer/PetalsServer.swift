import HivemindAveraging
public import HivemindDHT
import HivemindRPC
import HivemindWire
import LibP2P
public import Logging
import ModelFiles
import PeerIdentity
import PetalsWire
import Synchronization
import Transformer

/// Serves some layers of a model to the clients of a Petals swarm: forward, back, and step by step with keys and values kept;
/// and says in the swarm's DHT that it does.
///
/// A client's error is the client's: it is told what is wrong, and nothing here stops. Memory is bounded by `PetalsSetting`.
public final class PetalsServer: Sendable {
    /// The version of Petals whose protocol this is.
    public static let version = "2.2.0"

    public let node: HivemindNode
    public let worker: BlockWorker
    public let setting: PetalsSetting
    let logger: Logger
    let cache: CacheLedger
    /// Sessions that are open, by the name that their client gave them.
    let sessions = Mutex<[String: (chain: ModuleChain, inbox: StepInbox)]>([:])
    let rates = Mutex<BlockWorker.Rates?>(nil)

    /// - Parameters:
    ///   - node: runs beside this, over a host that runs.
    ///   - worker: whose model has the layers of `setting.blocks`.
    public init(node: HivemindNode, worker: BlockWorker, setting: PetalsSetting, logger: Logger) {
        (self.node, self.worker, self.setting, self.logger) = (node, worker, setting, logger)
        cache = CacheLedger(
            capacity: setting.cacheTokens * setting.blocks.count, perPeer: setting.cacheTokensPerClient * setting.blocks.count)
    }

    var width: Int { worker.model.configuration.hiddenSize }

    /// Tokens that a session may have.
    var maximumLength: Int { min(setting.maximumLength, worker.model.configuration.contextLength) }

    /// Sessions that are open.
    public var sessionCount: Int { sessions.withLock { $0.count } }

    /// Answers clients from now on.
    public func serve() {
        let host = node.host
        let small = CallLimits(requestSize: 64 * 1024)
        UnaryCalls.serve(host, PetalsCall.info, limits: small) { [weak self] _, bytes in
            try self?.info(ExpertUID(bytes: bytes)).bytes ?? []
        }
        var requests = CallLimits(requestSize: UnaryFrame.maximumSize)
        (requests.atOnce, requests.atOncePerPeer) = (setting.requests, setting.requestsPerClient)
        (requests.waiting, requests.waitingPerPeer) = (4 * setting.requests, 4 * setting.requestsPerClient)
        (requests.patience, requests.arrival) = (setting.requestPatience, .seconds(20))
        for (name, stream, call) in Self.calls {
            UnaryCalls.serve(host, name, limits: requests) { [weak self] peer, bytes in
                try await self?.unary(call, ExpertRequest(bytes: bytes), from: peer).bytes ?? []
            }
            StreamCalls.serve(host, stream, limits: requests) { [weak self] in try await self?.stream(call, $0) }
        }
        var open = CallLimits(requestSize: 0)
        (open.atOnce, open.atOncePerPeer, open.waiting) = (setting.sessions, setting.sessionsPerClient, 0)
        open.patience = setting.sessionPatience
        StreamCalls.serve(host, PetalsCall.inference, limits: open) { [weak self] in try await self?.inference($0) }
        var pushes = CallLimits(requestSize: UnaryFrame.maximumSize)
        (pushes.atOnce, pushes.atOncePerPeer) = (setting.requests, setting.requestsPerClient)
        UnaryCalls.serve(host, PetalsCall.push, limits: pushes) { [weak self] _, bytes in
            try await self?.push(ExpertRequest(bytes: bytes)).bytes ?? []
        }
    }

    func info(_ request: ExpertUID) throws -> ExpertInfo {
        // A call about no block asks about the server.
        var schema: BlockInfo.Schema?
        if !request.uid.isEmpty {
            _ = try chain(request.uid)
            schema = BlockInfo.Schema(width: width)
        }
        return ExpertInfo(
            BlockInfo(
                version: Self.version, isClient: node.setting.isClient, cacheTokensAvailable: cache.left, schema: schema
            ).bytes)
    }

    /// The blocks that a request names, all of them served here.
    func chain(_ uid: String) throws -> ModuleChain {
        let chain = try ModuleChain(uid)
        guard chain.prefix == setting.prefix, setting.blocks.lowerBound <= chain.blocks.lowerBound,
            chain.blocks.upperBound <= setting.blocks.upperBound
        else {
            throw PetalsServerError.notServed(
                "\(chain.prefix.prefix(64)) \(chain.blocks.lowerBound):\(chain.blocks.upperBound)", served: setting.blocks)
        }
        return chain
    }
}
