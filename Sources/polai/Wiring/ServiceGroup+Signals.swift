import Logging
import ServiceLifecycle

extension ServiceGroup {
    /// Runs until all services have ended, or a signal ends them. What a service throws because it was told to stop is no error.
    static func run(
        _ services: [ServiceGroupConfiguration.ServiceConfiguration], until signals: StopSignals, logger: Logger
    ) async throws {
        var configuration = ServiceGroupConfiguration(services: services, logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        // The group reports what it does at levels of its own; what matters it throws.
        configuration.logger.logLevel = .critical
        let group = ServiceGroup(configuration: configuration)
        signals.onStop { Task { await group.triggerGracefulShutdown() } }
        do {
            try await group.run()
        } catch {
            guard signals.wasAsked else { throw error }
            logger.debug("while stopping: \(error)")
        }
    }
}
