import ArgumentParser
import HTTPDoor
import Logging
import PrometheusMetrics
import ServiceInterfaces
import ServiceLifecycle

/// What the command of every role does around its work.
enum RoleProcess {
    /// Runs `body`; what it throws is told in one line, and ends the process with status 1.
    static func run(
        _ name: String, verbosity: Logger.Level, _ body: (StopSignals, Logger) async throws -> Void
    ) async throws {
        try await begin(name, verbosity: verbosity) { signals, logger in
            try await body(signals, logger)
            logger.info("Stopped")
        }
    }

    /// The same for work that says itself how it ended.
    static func begin(
        _ name: String, verbosity: Logger.Level, _ body: (StopSignals, Logger) async throws -> Void
    ) async throws {
        let signals = StopSignals()
        LoggingSystem.bootstrap { label in ConsoleLogHandler(label: label, level: verbosity) }
        let logger = Logger(label: name)
        do {
            try await body(signals, logger)
        } catch let code as ExitCode {
            throw code
        } catch {
            logger.error("\(error)")
            throw ExitCode(1)
        }
    }

    /// Serves until a signal ends it.
    static func serve(_ services: [any Service], until signals: StopSignals, logger: Logger) async throws {
        try await ServiceGroup.run(services.map { .init(service: $0) }, until: signals, logger: logger)
    }

    /// The door of the figures of these roles, where a port was named.
    static func metrics(_ roles: [any NodeRole], _ doors: RoleDoorOptions, logger: Logger) -> [any Service] {
        metrics(roles, host: doors.host, port: doors.metricsPort, access: doors.access, logger: logger)
    }

    static func metrics(
        _ roles: [any NodeRole], host: String, port: Int?, access: DoorAccess, logger: Logger
    ) -> [any Service] {
        guard let port else { return [] }
        return [
            MetricsDoor(sources: roles.flatMap(\.metrics)).server(
                at: ListenAddress(host: host, port: port), access: access, logger: logger)
        ]
    }
}
