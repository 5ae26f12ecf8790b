import Foundation

/// Which of a node's long computations goes first where cores are few.
///
/// The raw value is what it adds to the process's niceness for its threads. Duties have no long computation; they keep the process's own
/// niceness and so go before all of these. A vote has seconds, a seal has its slot, a round has all the time there is. On
/// two cores that all of them want, a judgement gets more than four fifths, and beside training a seal does.
public enum Precedence: Int, Sendable {
    /// The loss gate and guard slices.
    case judging = 1
    /// The search for a seal.
    case sealing = 6
    /// What somebody waits for at a terminal.
    case command = 10
    /// Rounds of a trainer.
    case training = 16
    /// What may be wanted one day.
    case beforehand = 19

    /// Gives the calling thread this precedence. One that has less already keeps that unless the system allows more.
    public func lowerThisThread() {
        #if os(Linux)
            // On Linux the "process" zero of setpriority is the calling thread.
            let thread = __priority_which_t(PRIO_PROCESS.rawValue)
            _ = setpriority(thread, 0, getpriority(thread, id_t(getpid())) + Int32(rawValue))
        #elseif canImport(Darwin)
            if self != .judging { _ = pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0) }
        #endif
    }
}
