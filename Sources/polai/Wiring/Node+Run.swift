import EngineTypes
import Keys
import AIEngineAPI
import BeaconAPI
import BeaconNode
import DHTAPI
import Dashboard
import EngineAPI
import DevnetFaults
import ExecutionNode
import Foundation
import HTTPDoor
import JSONRPC
import Logging
import NodeConfiguration
import Primitives
import PrometheusMetrics
import PrysmRPC
import SSZ
import ServiceInterfaces
import ServiceLifecycle

extension Node {
    /// Throws one clear line when a door's port is taken, before anything is loaded.
    static func checkPorts(_ settings: NodeSettings, withSlasher: Bool = true) async throws {
        let ports = settings.ports
        let wanted: [(name: String, host: String?, port: Int)] =
            [
                (JSONRPCDoor.name, settings.access.httpAddress, ports.gethHTTP),
                (BeaconDoor.name, settings.access.restAddress, ports.prysmREST),
                (DashboardDoor.name, settings.access.engineAddress, ports.aiEngine),
                (DHTDoor.name, settings.access.dhtAddress, ports.dht),
                (MetricsDoor.name, settings.access.metricsAddress, ports.metrics),
                (PrysmRPC.beaconName, nil, ports.prysmGRPC),
                ("libp2p of the beacon node", settings.access.dhtAddress, ports.prysmP2P),
            ] + (settings.isEngineOptional ? [] : [(EngineDoor.name, settings.auth.address, ports.gethAuth)])
            + (settings.webSocket.isOptional
                ? []
                : [(JSONRPCWebSocketDoor.name, settings.webSocket.address, settings.webSocket.listenAddress(host: settings.host).port)])
            + (withSlasher ? [(PrysmRPC.slasherName, nil, ports.slasher)] : [])
        for (name, host, port) in wanted where port != 0 {
            try await DoorServer.checkAvailable(ListenAddress(host: host ?? settings.host, port: port), name: name)
        }
    }

    /// The port of the beacon node's network: another where nobody named it and another node has the standard one.
    static func p2pPort(_ settings: NodeSettings, logger: Logger) async -> Int {
        let port = settings.ports.prysmP2P
        guard settings.isP2POptional, port != 0 else { return port }
        do {
            try await DoorServer.checkAvailable(
                ListenAddress(host: settings.access.dhtAddress ?? settings.host, port: port), name: "libp2p of the beacon node")
            return port
        } catch {
            logger.warning("Port \(port) is taken: the beacon node's libp2p listens on another; --p2p-tcp-port names one")
            return 0
        }
    }

    /// Serves until a signal, the goal or the time limit ends it.
    func run(started: ContinuousClock.Instant, signals: StopSignals, logger: Logger) async throws {
        let faucet = faucet()
        let doors = self.doors(faucet)
        announce(logger)
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = doors.map { door, address, access in
            .init(service: door.server(at: address, access: access, logger: logger))
        }
        services.append(.init(service: dht.server(access: settings.access.dht, logger: logger)))
        services.append(.init(service: beaconNetwork.role.server(access: settings.access.dht, logger: logger)))
        services.append(.init(service: try engineDoor(logger)))
        services.append(
            .init(
                service: geth.webSocketDoor(
                    settings.webSocket, faucet: faucet, host: settings.access.httpAddress ?? settings.host,
                    access: settings.access.jsonRPC, logger: logger)))
        services += (roles.flatMap { $0.workers() } + beaconNetwork.workers() + grpcDoors(logger) + [clockWatch]).map { .init(service: $0) }
        let transactions = TransactionGossip(pool: geth.execution, topics: dht.dht)
        services.append(.init(service: TaskService("transactions") { await transactions.run() }))
        services.append(.init(service: FinalityWatch(beacon: beacon.beacon).service))
        if let joinedCheckpoint {
            let watch = InviteWatch(beacon: beacon.beacon, checkpoint: joinedCheckpoint, logger: logger)
            services.append(.init(service: TaskService("invite") { try await watch.run() }))
        }
        if let count = options.stopAfterUpdate {
            services.append(
                .init(
                    service: FinalService {
                        let goal = UpdateGoal(beacon: beacon.beacon, engine: aiEngine.engine, count: count, started: started)
                        let summary = try await goal.wait()
                        let encoder = JSONEncoder()
                        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
                        print(String(decoding: try encoder.encode(summary), as: UTF8.self))
                    }, successTerminationBehavior: .gracefullyShutdownGroup))
        }
        if let timeout = options.timeout {
            let wanted = options.stopAfterUpdate.map { "update \($0) was not finalised" } ?? "the time is up"
            services.append(
                .init(
                    service: TaskService("timeout") {
                        let deadline = ContinuousClock.now - started
                        try await Task.sleep(for: .seconds(timeout.seconds) - deadline)
                        throw SetupError("timeout after \(Int(timeout.seconds)) s: \(wanted)")
                    }))
        }
        try await ServiceGroup.run(services, until: signals, logger: logger)
        await geth.execution.stop()
        beacon.beacon.stop()
        logger.info("Stopped")
    }

    /// The founder of a development chain gives to newcomers.
    private func faucet() -> Faucet? {
        guard options.devnet, isFounder, let key = try? settings.seed.accountKey() else { return nil }
        return Faucet(key: key, chain: geth.execution, chainID: PolChain.chainID)
    }

    private func doors(_ faucet: Faucet?) -> [(any Door, ListenAddress, DoorAccess)] {
        let status = NodeStatus(beacon: beacon.beacon, engine: aiEngine.engine, execution: geth.execution, peers: dht.dht)
        let (access, ports) = (settings.access, settings.ports)
        let beaconDoor = beacon.door(learning: aiEngine.engine, peers: beaconNetwork.directory, ackRequests: ackVotes)
        return [
            (geth.door(namespaces: access.namespaces, faucet: faucet), address(ports.gethHTTP, host: access.httpAddress), access.jsonRPC),
            (beaconDoor, address(ports.prysmREST, host: access.restAddress), access.rest),
            (aiEngine.door(observer: status), address(ports.aiEngine, host: access.engineAddress), access.engine),
            (
                MetricsDoor(sources: roles.flatMap(\.metrics) + beaconNetwork.metrics),
                address(ports.metrics, host: access.metricsAddress), access.metrics
            ),
        ]
    }

    /// The Engine API's door. Its consensus layer is in this process: where nobody named the port and another node has it, this
    /// one does without.
    private func engineDoor(_ logger: Logger) throws -> any Service {
        let secret = try JWTSecretFile.secret(settings.auth.secretPath(datadir: settings.datadir))
        let server = geth.engineDoor(secret).server(
            at: address(settings.ports.gethAuth, host: settings.auth.address), access: settings.auth.access, logger: logger)
        return settings.isEngineOptional ? OptionalDoor(server: server, logger: logger) : server
    }

    /// The gRPC doors: the beacon node's, and the slasher's when there is one.
    private func grpcDoors(_ logger: Logger) -> [any Service] {
        let doors = [beacon.grpcDoor(peers: beaconNetwork.directory, address: address(settings.ports.prysmGRPC), logger: logger)]
        return doors + (slasher.map { [$0.grpcDoor(address: address(settings.ports.slasher), logger: logger)] } ?? [])
    }

    /// Says once when the clock was set, and when duties cannot be done.
    private var clockWatch: any Service {
        TaskService.clock(clock) { [beacon] in beacon.beacon.syncStatus().headSlot }
    }

    private func address(_ port: Int, host: String? = nil) -> ListenAddress { ListenAddress(host: host ?? settings.host, port: port) }

    private func announce(_ logger: Logger) {
        for warning in settings.warnings { logger.warning("\(warning)") }
        let faults = options.misbehaviour.faults
        if !faults.isEmpty { logger.warning("Wrong on purpose: \(faults)") }
        logger.info(
            "Chain ready",
            metadata: [
                "genesis_time": "\(clock.genesisTime)", "slot_seconds": "\(clock.secondsPerSlot)", "validators": "\(genesisValidators)",
            ])
        logger.info("Dashboard at http://\(settings.host):\(settings.ports.aiEngine)/")
    }
}
