/// Why a test vector could not be read.
public enum SpecVectorError: Error, Sendable, CustomStringConvertible {
    case missingFile(String)
    case malformed(String)

    public var description: String {
        switch self {
        case .missingFile(let path): "the vector file \(path) is missing or unreadable"
        case .malformed(let path): "the vector file \(path) is malformed"
        }
    }
}
