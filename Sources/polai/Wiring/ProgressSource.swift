import ServiceInterfaces
import Synchronization

/// Where the AI engine reads the trainers' progress; filled once they exist.
final class ProgressSource: Sendable {
    private let source = Mutex<(@Sendable () -> [TrainerProgress])?>(nil)

    var current: [TrainerProgress] { source.withLock { $0 }?() ?? [] }
    func set(_ read: @escaping @Sendable () -> [TrainerProgress]) { source.withLock { $0 = read } }
}
