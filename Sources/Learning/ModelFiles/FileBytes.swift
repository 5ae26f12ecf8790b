public import Primitives

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The immutable bytes of a file: memory-mapped read-only from a path, or copied from memory.
///
/// A mapping costs no memory of its own and pages of weights that were dequantised can be dropped by the system.
/// The file must not be shortened while it is mapped; a model file is written once, under another name, and
/// renamed when complete.
public final class FileBytes: Sendable {
    // Written once in the initialisers and only read until `deinit`, so sharing it between threads is safe.
    nonisolated(unsafe) private let storage: UnsafeRawBufferPointer
    private let isMapped: Bool

    /// Maps the regular file at `path`.
    public init(mapping path: String) throws(ModelFileError) {
        func failure() -> ModelFileError { .unreadable(path: path, reason: String(cString: strerror(errno))) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure() }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path: path, reason: "not a regular file") }
        let size = Int(status.st_size)
        if size == 0 {
            storage = UnsafeRawBufferPointer(start: nil, count: 0)
            isMapped = false
            return
        }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw failure()
        }
        storage = UnsafeRawBufferPointer(start: start, count: size)
        isMapped = true
    }

    /// A copy of `bytes`.
    public init(_ bytes: some Collection<UInt8>) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
        copy.copyBytes(from: bytes)
        storage = UnsafeRawBufferPointer(copy)
        isMapped = false
    }

    /// `count` bytes that `write` fills; they are zero before.
    public init(count: Int, _ write: (UnsafeMutableRawBufferPointer) -> Void) {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
        write(bytes)
        storage = UnsafeRawBufferPointer(bytes)
        isMapped = false
    }

    deinit {
        guard let start = storage.baseAddress else { return }
        if isMapped {
            munmap(UnsafeMutableRawPointer(mutating: start), storage.count)
        } else {
            storage.deallocate()
        }
    }

    /// The length in bytes.
    public var count: Int { storage.count }

    /// Calls `body` with all the bytes, valid only during the call.
    public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try withExtendedLifetime(self) { () throws(E) -> R in try body(storage) }
    }

    /// The first byte, valid as long as this instance lives; for kernels that keep both.
    package var start: UnsafePointer<UInt8>? { storage.baseAddress?.assumingMemoryBound(to: UInt8.self) }

    /// SHA-256 of all the bytes.
    public func sha256() -> Hash32 {
        withUnsafeBytes { SHA256.hash($0) }
    }
}
