import Foundation

/// Files of the cache: sizes, checksums, writing.
enum LocalFile {
    /// The size of a regular file; `nil` when there is none.
    static func size(_ path: String) -> UInt64? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            attributes[.type] as? FileAttributeType == .typeRegular
        else { return nil }
        return (attributes[.size] as? NSNumber)?.uint64Value
    }

    /// Checks size and checksum of a file.
    static func verify(_ path: String, _ file: RemoteFile, progress: (UInt64) -> Void = { _ in }) throws(HubError) {
        guard let size = size(path) else { throw .notCached(path) }
        guard size == file.size else { throw .wrongSize(file: file.path.text, expected: file.size, actual: size) }
        var hasher = file.digest.hasher(size: file.size)
        try hash(path, into: &hasher, progress: progress)
        let digest = hasher.finish()
        guard digest == file.digest else {
            throw .wrongChecksum(file: file.path.text, expected: file.digest.description, actual: digest.description)
        }
    }

    /// Feeds the whole file at `path` to `hasher`.
    static func hash(_ path: String, into hasher: inout FileHasher, progress: (UInt64) -> Void = { _ in }) throws(HubError) {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw .notCached(path) }
        defer { try? handle.close() }
        var done: UInt64 = 0
        while true {
            let piece: Data?
            do { piece = try handle.read(upToCount: 1 << 20) } catch {
                throw .notWritable(path: path, reason: LocalFile.reason(error))
            }
            guard let piece, !piece.isEmpty else { return }
            piece.withUnsafeBytes { hasher.update($0) }
            done += UInt64(piece.count)
            progress(done)
        }
    }

    /// Why the system refused, in its own words and without Foundation's wrapping.
    static func reason(_ error: any Error) -> String {
        let error = error as NSError
        let inner = error.userInfo[NSUnderlyingErrorKey] as? NSError
        for candidate in [error, inner].compactMap(\.self) where candidate.domain == NSPOSIXErrorDomain {
            return String(cString: strerror(Int32(truncatingIfNeeded: candidate.code)))
        }
        switch CocoaError.Code(rawValue: error.code) {
        case .fileWriteOutOfSpace: return "no space is left on the disk"
        case .fileWriteNoPermission, .fileReadNoPermission: return "permission denied"
        case .fileWriteVolumeReadOnly: return "the file system is read-only"
        case .fileWriteFileExists: return "something else lies there"
        default: return "the system refuses it (\(error.domain) \(error.code))"
        }
    }

    static func makeFolder(_ path: String) throws(HubError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .notWritable(path: path, reason: LocalFile.reason(error))
        }
    }
}

/// A file that is being fetched: `NAME.partial` until it is complete and its checksum right.
struct PartialFile: ~Copyable {
    private let handle: FileHandle
    private let path: String
    private let file: RemoteFile
    private var hasher: FileHasher
    private(set) var count: UInt64

    /// Opens the partial file, at its end, or empty when `restart` is set.
    init(path: String, file: RemoteFile, restart: Bool) throws(HubError) {
        let manager = FileManager.default
        if restart || !manager.fileExists(atPath: path) {
            guard manager.createFile(atPath: path, contents: nil) else { throw .notWritable(path: path, reason: "it cannot be created") }
        }
        var hasher = file.digest.hasher(size: file.size)
        try LocalFile.hash(path, into: &hasher)
        guard let handle = FileHandle(forWritingAtPath: path) else { throw .notWritable(path: path, reason: "it cannot be opened") }
        do { count = try handle.seekToEnd() } catch { throw .notWritable(path: path, reason: LocalFile.reason(error)) }
        self.handle = handle
        self.path = path
        self.file = file
        self.hasher = hasher
    }

    deinit { try? handle.close() }

    /// Appends what came. More than the file may have is refused.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(HubError) {
        let (total, overflow) = count.addingReportingOverflow(UInt64(bytes.count))
        guard !overflow, total <= file.size else { throw .wrongSize(file: file.path.text, expected: file.size, actual: total) }
        do { try handle.write(contentsOf: Data(bytes)) } catch {
            throw .notWritable(path: path, reason: LocalFile.reason(error))
        }
        hasher.update(bytes)
        count = total
    }

    /// Checks the whole and gives it its name. A file of a wrong checksum is removed.
    consuming func finish(as name: String) throws(HubError) {
        let digest = hasher.finish()
        guard digest == file.digest else {
            try? FileManager.default.removeItem(atPath: path)
            throw .wrongChecksum(file: file.path.text, expected: file.digest.description, actual: digest.description)
        }
        do {
            try handle.synchronize()
        } catch {
            throw .notWritable(path: path, reason: LocalFile.reason(error))
        }
        // rename(2) replaces an older file in one step.
        guard rename(path, name) == 0 else { throw .notWritable(path: name, reason: String(cString: strerror(errno))) }
    }
}
