import Foundation

/// One pull at a time works in a folder of the cache, whichever process it is of. The system lets go of the lock when its
/// holder ends, however it ends.
final class FolderLock: Sendable {
    private let descriptor: Int32

    /// Waits until no other pull is at work in `folder`. `onWait` is called once when there is one.
    init(_ folder: String, onWait: () -> Void = {}) async throws {
        let path = "\(folder)/\(Self.name)"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw HubError.notWritable(path: path, reason: String(cString: strerror(errno))) }
        var waits = false
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            // A file system without locks has no second pull that could be seen.
            guard errno == EWOULDBLOCK || errno == EINTR else { return }
            if !waits { onWait() }
            waits = true
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    deinit { close(descriptor) }

    static let name = ".pull-lock"
}
