/// Cuts a stream of bytes into JSON texts. Nothing stands between two of them but white space, which clients leave out too: a text
/// ends where its first bracket closes.
public struct JSONFraming: Sendable {
    /// A stream that cannot be read on: what is no object or array, or one that is too long.
    public enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
        case noText
        case tooLong(limit: Int)

        public var description: String {
            switch self {
            case .noText: "what came is no JSON object or array"
            case .tooLong(let limit): "a JSON text is longer than \(limit) bytes"
            }
        }
    }

    private let limit: Int
    /// Why nothing more is read.
    public private(set) var failure: Failure?
    private var text: [UInt8] = []
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    public init(limit: Int) { self.limit = limit }

    /// The texts that end with these bytes.
    public mutating func texts(from bytes: some Sequence<UInt8>) -> [[UInt8]] {
        var texts: [[UInt8]] = []
        for byte in bytes where failure == nil {
            if depth == 0 {
                if byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { continue }
                guard byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") else {
                    failure = .noText
                    break
                }
            }
            guard text.count < limit else {
                failure = .tooLong(limit: limit)
                break
            }
            text.append(byte)
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                guard depth == 0 else { continue }
                texts.append(text)
                text = []
            default: break
            }
        }
        return texts
    }
}
