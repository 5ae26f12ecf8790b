public import Foundation

/// One case of the official consensus test suites: a folder of files
/// (`<preset>/<fork>/<runner>/<handler>/<suite>/<case>`).
public struct SpecCase: Sendable {
    public let folder: URL

    public init(folder: URL) { self.folder = folder }

    public var name: String { folder.lastPathComponent }
    public var suite: String { folder.deletingLastPathComponent().lastPathComponent }
    public var handler: String { folder.deletingLastPathComponent().deletingLastPathComponent().lastPathComponent }

    /// Handler, suite and case, for messages.
    public var path: String { "\(handler)/\(suite)/\(name)" }

    public func has(_ file: String) -> Bool { FileManager.default.fileExists(atPath: folder.appending(path: file).path) }

    /// The bytes of a file.
    public func bytes(_ file: String) throws(SpecVectorError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: folder.appending(path: file).path) else {
            throw .missingFile("\(path)/\(file)")
        }
        return [UInt8](data)
    }

    /// The decompressed content of `<name>.ssz_snappy`.
    public func ssz(_ name: String) throws(SpecVectorError) -> [UInt8] {
        guard let bytes = SnappyBlock.decompress(try bytes(name + ".ssz_snappy")) else { throw .malformed("\(path)/\(name)") }
        return bytes
    }

    /// The content of `<name>.yaml`.
    public func yaml(_ name: String) throws(SpecVectorError) -> YAMLValue {
        guard let value = YAMLValue(parsing: String(decoding: try bytes(name + ".yaml"), as: UTF8.self)) else {
            throw .malformed("\(path)/\(name).yaml")
        }
        return value
    }
}
