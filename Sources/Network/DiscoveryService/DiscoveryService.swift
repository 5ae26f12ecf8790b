public import Discovery
import Foundation
public import Logging
import Multiformats
public import NIOCore
public import NodeRecords
public import Primitives
public import Secp256k1

/// Discovery 5.1 and 4 on one UDP port (the first bytes tell them apart), for one node.
///
/// ```swift
/// let discovery = DiscoveryService(key: key, settings: settings, logger: logger)
/// try await discovery.start(on: group)
/// for await node in discovery.found { … }
/// ```
public actor DiscoveryService {
    let settings: DiscoverySettings
    private let key: Secp256k1PrivateKey
    private let logger: Logger
    private let begin = ContinuousClock.now
    private var machine: DiscoveryMachine?
    private var version4: Version4Machine?
    private(set) var port: DatagramPort?
    private var tasks: [Task<Void, Never>] = []
    private var lookups: [LookupID: CheckedContinuation<[NodeContact], Never>] = [:]

    /// Nodes that answered for the first time or with a newer record, those that are wanted. Who does not take them in time misses
    /// the oldest.
    public nonisolated let found: AsyncStream<NodeContact>
    private let foundContinuation: AsyncStream<NodeContact>.Continuation
    /// What this node says of itself, whenever that changes; the latest waits to be taken.
    public nonisolated let records: AsyncStream<NodeRecord>
    private let recordContinuation: AsyncStream<NodeRecord>.Continuation

    public init(key: Secp256k1PrivateKey, settings: DiscoverySettings, logger: Logger) {
        (self.key, self.settings, self.logger) = (key, settings, logger)
        (found, foundContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(256))
        (records, recordContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Listens and begins to look for nodes. Returns what this node says of itself.
    @discardableResult
    public func start(on group: any EventLoopGroup) async throws(DiscoveryServiceError) -> NodeRecord {
        guard let host = settings.host else { throw .cannotListen("the address to listen at is none") }
        let port: DatagramPort
        do {
            port = try await DatagramPort.open(host: host, port: settings.port, on: group)
        } catch {
            throw .cannotListen("\(host) port \(settings.port): \(error)")
        }
        var entries = settings.entries
        if let address = settings.externalAddress ?? (host.isUnspecified ? nil : host) {
            entries.setUDP(NodeEndpoint(address: address, port: port.port))
        } else {
            entries.udp = port.port
        }
        var configuration = settings.machine
        if settings.externalAddress != nil { configuration.endpointQuorum = nil }
        let machine: DiscoveryMachine
        do throws(NodeRecordError) {
            // Milliseconds since 1970: above the number of any run before.
            let sequence = UInt64(max(0, Date().timeIntervalSince1970 * 1000))
            machine = try DiscoveryMachine(key: key, entries: entries, sequence: sequence, configuration: configuration)
        } catch {
            port.channel.close(promise: nil)
            throw .badRecord(error)
        }
        (self.port, self.machine) = (port, machine)
        if settings.speaksVersion4 { version4 = Version4Machine(key: key, record: machine.record, configuration: configuration) }
        addBootNodes()
        tasks = [Task { await self.serve(port, at: host, on: group) }, Task { await self.tickRegularly() }]
        logger.info(
            "Discovery listens",
            metadata: ["udp": "\(host):\(port.port)", "bootnodes": "\(settings.bootNodes.count)", "enr": "\(machine.record)"])
        return machine.record
    }

    public func stop() async {
        for task in tasks { task.cancel() }
        tasks = []
        try? await port?.channel.close()
        port = nil
        for waiting in lookups.values { waiting.resume(returning: []) }
        lookups = [:]
        foundContinuation.finish()
        recordContinuation.finish()
    }

    // MARK: What is known

    /// What this node says of itself; `nil` before the start.
    public var record: NodeRecord? { machine?.record }

    /// The nodes that answered, of either version, each once.
    public var liveNodes: [NodeContact] {
        var seen: Set<NodeID> = []
        return ((machine?.table.liveNodes ?? []) + (version4?.table.liveNodes ?? [])).filter { seen.insert($0.nodeID).inserted }
    }

    /// Tells ``found`` again of those that are live: who takes them may have given them up meanwhile.
    public func tellAgain() { for contact in liveNodes { tell(contact) } }

    /// Changes what the record says.
    public func updateRecord(_ change: @Sendable (inout NodeRecordEntries) -> Void) throws(NodeRecordError) {
        try machine?.updateRecord(change)
        flush()
    }

    /// The nodes nearest to `target` that answer; none when this node is stopped or has too many lookups under way.
    public func lookup(_ target: NodeID) async -> [NodeContact] {
        await withCheckedContinuation { continuation in
            guard port != nil, let id = machine?.lookup(target, now: now) else {
                continuation.resume(returning: [])
                return
            }
            lookups[id] = continuation
            flush()
        }
    }

    // MARK: The machines

    /// Milliseconds of a clock that only goes forward.
    private var now: UInt64 {
        let (seconds, attoseconds) = (ContinuousClock.now - begin).components
        return 1_000 + UInt64(seconds) * 1_000 + UInt64(attoseconds / 1_000_000_000_000_000)
    }

    private var unixTime: UInt64 { UInt64(max(0, Date().timeIntervalSince1970)) }

    private func addBootNodes() {
        let contacts = settings.bootNodes.compactMap { node in NodeContact(node) }.filter { port?.reaches($0.endpoint.address) == true }
        if contacts.count < settings.bootNodes.count {
            logger.warning(
                "Boot nodes are left out that name no IP address and UDP port, or one that cannot be reached from where this node listens",
                metadata: ["count": "\(settings.bootNodes.count - contacts.count)", "host": "\(settings.host.map { "\($0)" } ?? "")"])
        }
        machine?.addBootNodes(contacts, now: now)
        version4?.addBootNodes(contacts, now: now, unixTime: unixTime)
        flush()
    }

    /// Takes what arrives until it is stopped. A socket that was closed, as one is from which a network cannot be reached any more, is
    /// opened again.
    private func serve(_ first: DatagramPort, at host: IPAddress, on group: any EventLoopGroup) async {
        var open = first
        while true {
            await take(open.arrivals)
            repeat {
                guard port != nil, (try? await Task.sleep(for: Self.reopening)) != nil else { return }
                guard let again = try? await DatagramPort.open(host: host, port: first.port, on: group) else { continue }
                // It was stopped meanwhile.
                guard port != nil else { return again.channel.close(promise: nil) }
                (open, port) = (again, again)
            } while !open.channel.isActive
            logger.debug("Discovery listens again", metadata: ["udp": "\(host):\(open.port)"])
        }
    }

    /// Before a socket that was closed is opened again.
    private static let reopening: Duration = .milliseconds(100)

    private func take(_ arrivals: AsyncStream<DatagramPort.Arrival>) async {
        for await arrival in arrivals {
            if version4 != nil, Version4Packet.isOne(arrival.bytes) {
                version4?.receive(arrival.bytes, from: arrival.endpoint, now: now, unixTime: unixTime)
            } else {
                machine?.receive(arrival.bytes, from: arrival.endpoint, now: now)
            }
            flush()
        }
    }

    private func tickRegularly() async {
        while !Task.isCancelled {
            machine?.tick(now: now)
            version4?.tick(now: now, unixTime: unixTime)
            flush()
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Sends what is to be sent, and tells what was learned.
    private func flush() {
        for event in version4?.takeEvents() ?? [] {
            switch event {
            case .seen(let place, let voter): machine?.seen(at: place, by: voter, now: now)
            case .live(let contact): tell(contact)
            default: break
            }
        }
        for event in machine?.takeEvents() ?? [] {
            switch event {
            case .live(let contact): tell(contact)
            case .lookupEnded(let id, let nodes): lookups.removeValue(forKey: id)?.resume(returning: nodes)
            case .recordChanged(let record):
                version4?.record = record
                recordContinuation.yield(record)
                logger.info("Discovery has a new record", metadata: ["enr": "\(record)"])
            // No other protocol is spoken here, which is said with nothing.
            case .talkRequest(let id, let address, _, _): machine?.answerTalk(id, to: address, response: [])
            case .response, .seen: break
            }
        }
        port?.send((machine?.takeOutput() ?? []) + (version4?.takeOutput() ?? []))
    }

    private func tell(_ contact: NodeContact) {
        if settings.isWanted(contact) { foundContinuation.yield(contact) }
    }
}
