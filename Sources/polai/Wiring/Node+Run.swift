import UnixSignals
import ValidatorClient
import Trainer
import ExecutionNode
import DHTDaemon
import BeaconNode
import Averager
import AIEngine
import NodeConfiguration
import AIEngineAPI
import BeaconAPI
import DHTAPI
import Dashboard
import DevnetFaults
import Foundation
import HTTPDoor
import JSONRPC
import Logging
import Primitives
import PrometheusMetrics
import SSZ
import ServiceInterfaces
import ServiceLifecycle

extension Node {
    /// Throws one clear line when a door's port is taken, before anything is loaded.
    static func checkPorts(_ settings: NodeSettings, withSlasher: Bool = true) async throws {
        let ports = settings.ports
        let wanted =
            [
                (JSONRPCDoor.name, ports.gethHTTP), (BeaconDoor.name, ports.prysmREST), (DashboardDoor.name, ports.aiEngine),
                (DHTDoor.name, ports.dht), (MetricsDoor.name, ports.metrics),
            ] + grpcPorts(settings, withSlasher: withSlasher)
        for (name, port) in wanted where port != 0 {
            try await DoorServer.checkAvailable(ListenAddress(host: settings.host, port: port), name: name)
        }
    }

    /// Serves until a signal, the goal or the time limit ends it.
    func run(started: ContinuousClock.Instant, logger: Logger) async throws {
        let doors = self.doors()
        announce(logger)
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = doors.map { door, address in
            .init(service: door.server(at: address, logger: logger))
        }
        services += (workers() + grpcServices(logger: logger)).map { .init(service: $0) }
        if let count = options.stopAfterUpdate {
            services.append(
                .init(
                    service: FinalService {
                        let summary = try await UpdateGoal(beacon: beacon, engine: engine, count: count, started: started).wait()
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
        var configuration = ServiceGroupConfiguration(services: services, gracefulShutdownSignals: [.sigint, .sigterm], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        configuration.logger.logLevel = .error
        try await ServiceGroup(configuration: configuration).run()
        await execution.stop()
        await beacon.stop()
        logger.info("Stopped")
    }

    private func doors() -> [(any Door, ListenAddress)] {
        let status = NodeStatus(beacon: beacon, engine: engine, peers: dht)
        func address(_ port: Int) -> ListenAddress { ListenAddress(host: settings.host, port: port) }
        return [
            (JSONRPCDoor(chain: execution, logger: Logger(label: "rpc")), address(settings.ports.gethHTTP)),
            (
                BeaconDoor(chain: beacon, services: beacon, learning: engine, peers: dht, ackRequests: ackDesk),
                address(settings.ports.prysmREST)
            ),
            (DashboardDoor(learning: engine, observer: status, gateway: engine), address(settings.ports.aiEngine)),
            (DHTDoor(directory: dht), address(settings.ports.dht)),
            (
                MetricsDoor(sources: [beacon, execution, engine, validator, dht] + (slasher.map { [$0] } ?? [])),
                address(settings.ports.metrics)
            ),
        ]
    }

    private func workers() -> [any Service] {
        var services: [any Service] = [
            TaskService("dht") { await dht.run() },
            TaskService("beacon") { await beacon.run() },
            TaskService("ai") { try await engine.run() },
            TaskService("averager") { await averager.run() },
        ]
        if !options.signing.noValidator { services.append(TaskService("validator") { await validator.run() }) }
        if !options.noTrainer {
            services.append(
                TaskService("trainers") {
                    let trainers = try makeTrainers(try await loading.model())
                    progress.set { trainers.progress }
                    await trainers.run()
                })
        }
        return services
    }

    private func announce(_ logger: Logger) {
        for warning in settings.warnings { logger.warning("\(warning)") }
        let faults = options.misbehaviour.faults
        if !faults.isEmpty { logger.warning("Wrong on purpose: \(faults)") }
        logger.info(
            "Chain ready",
            metadata: [
                "genesis_time": "\(clock.genesisTime)", "slot_seconds": "\(clock.secondsPerSlot)", "validators": "\(options.validators)",
            ])
        logger.info("Dashboard at http://\(settings.host):\(settings.ports.aiEngine)/")
    }
}
