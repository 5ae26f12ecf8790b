import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ctrl-C as a question: the first one asks the work to end in order, the second ends the process at once.
final class InterruptSignal: Sendable {
    private let flag = Atomic(false)
    // Made and resumed in `init`, never touched again.
    nonisolated(unsafe) private var source: (any DispatchSourceSignal)?

    var isSet: Bool { flag.load(ordering: .relaxed) }

    init() {
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler { [weak self] in
            guard let self, !self.flag.exchange(true, ordering: .relaxed) else { _exit(130) }
        }
        source.resume()
        self.source = source
    }
}
