import BeaconTypes
import Logging
import ServiceInterfaces
import ServiceLifecycle

extension TaskService {
    /// Tells of steps of the wall clock, and of a clock that is behind the chain, in one line each.
    static func clock(_ clock: SlotClock, head: @escaping @Sendable () async -> Slot?) -> TaskService {
        TaskService("clock") {
            let logger = Logger(label: "clock")
            let started = SuspendingClock.now
            await ClockWatch.run(clock, monotonic: { (SuspendingClock.now - started) / .seconds(1) }, head: head) { event in
                logger.log(level: event == .caughtUp ? .info : .warning, "\(event)")
            }
        }
    }
}
