#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Claims a database directory for one process by an advisory lock on the file `polai.lock` in it. The
/// operating system drops the lock when the process ends, however it ends.
struct DirectoryLock: ~Copyable, Sendable {
    private let descriptor: Int32

    /// Creates `directory` with its parents if absent, and locks it.
    init(directory: String) throws(KeyValueStoreError) {
        try Self.makeDirectory(directory)
        let path = directory + "/polai.lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .cannotOpen(directory: directory, reason: "\(path): \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let owner = Self.owner(descriptor)
            close(descriptor)
            if code == EWOULDBLOCK { throw .inUse(directory: directory, processID: owner) }
            throw .cannotOpen(directory: directory, reason: "\(path): \(String(cString: strerror(code)))")
        }
        // The pid is for the message of the next process; the lock itself does not depend on it.
        let text = Array("\(getpid())\n".utf8)
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
        self.descriptor = descriptor
    }

    deinit {
        // Closing alone would not do: a child process shares the lock between its fork and its exec.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// The process id that the lock file names.
    private static func owner(_ descriptor: Int32) -> Int32? {
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: buffer[..<count].prefix { $0 != 10 }, as: UTF8.self))
    }

    private static func makeDirectory(_ directory: String) throws(KeyValueStoreError) {
        guard !directory.isEmpty else { throw .cannotOpen(directory: "", reason: "the path is empty") }
        var path = directory.hasPrefix("/") ? "/" : ""
        for part in directory.split(separator: "/") {
            path += part
            if mkdir(path, 0o755) != 0 {
                let code = errno
                var status = stat()
                guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                    throw .cannotOpen(directory: directory, reason: "\(path): \(String(cString: strerror(code)))")
                }
            }
            path += "/"
        }
    }
}
