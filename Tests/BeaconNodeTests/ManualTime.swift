import Foundation
import Synchronization

/// Time that moves only when a test says so, in seconds since the Unix epoch.
final class ManualTime: Sendable {
    private let seconds: Mutex<Double>

    init(_ seconds: Double) { self.seconds = Mutex(seconds) }

    var now: Double { seconds.withLock { $0 } }
    func set(_ value: Double) { seconds.withLock { $0 = value } }
}

/// A directory that goes away with the value's last owner.
final class TemporaryDirectory: Sendable {
    let path: String

    init() { path = NSTemporaryDirectory() + "polai-beacon-node-\(UUID().uuidString)" }

    /// A copy of another folder as it is now, which is what a killed process leaves behind.
    init(copyOf other: String) throws {
        path = NSTemporaryDirectory() + "polai-beacon-node-\(UUID().uuidString)"
        try FileManager.default.copyItem(atPath: other, toPath: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
