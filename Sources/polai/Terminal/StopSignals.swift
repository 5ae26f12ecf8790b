import CEarlySignals
import Dispatch
import Foundation
import Logging
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// SIGINT, SIGTERM and SIGHUP as one request to end in order, with status 0, at any moment of a service's life.
///
/// Made first thing in a command; what comes before that is answered by `CEarlySignals`. Until somebody says with
/// ``onStop(_:)`` how the work ends, a signal ends the process at once: what is read and computed before the services run
/// leaves nothing half done, and a store survives any end.
final class StopSignals: Sendable {
    private struct State {
        var wasAsked = false
        var stop: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    // Made and resumed in `init`, never touched again.
    nonisolated(unsafe) private var sources: [any DispatchSourceSignal] = []
    /// Of its own: work that fills the threads of the global queues must not keep a signal waiting.
    private static let queue = DispatchQueue(label: "polai.signals", qos: .userInteractive)

    /// How long the work may take to end before the process ends without it. Above the service group's own limit.
    private static let patience: DispatchTimeInterval = .seconds(15)

    init() {
        for number in [SIGINT, SIGTERM, SIGHUP] where number != SIGHUP || !Self.isIgnored(SIGHUP) {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: Self.queue)
            source.setEventHandler { [weak self] in self?.stop() }
            source.resume()
            sources.append(source)
        }
    }

    /// Whether a signal has come.
    var wasAsked: Bool { state.withLock { $0.wasAsked } }

    /// From now on a signal calls `stop`, once; one that came before does so now.
    func onStop(_ stop: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            state.stop = stop
            return state.wasAsked
        }
        if isLate { stop() }
    }

    private func stop() {
        let (isFirst, stop) = state.withLock { state in
            defer { state.wasAsked = true }
            return (!state.wasAsked, state.stop)
        }
        guard isFirst else { return }
        guard let stop else { return Self.end() }
        Self.queue.asyncAfter(deadline: .now() + Self.patience) { Self.end() }
        stop()
    }

    private static func end() {
        Logger(label: "polai").info("Stopped")
        fflush(nil)
        // Not exit(): threads that compute must not meet the program's statics taken down.
        _exit(0)
    }

    /// Whether who started the process wants it to outlive its terminal, as nohup does.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        #if canImport(Glibc)
            return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
        #else
            return unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
        #endif
    }
}
