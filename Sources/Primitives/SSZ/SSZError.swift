/// Why a value could not be decoded, checked or proved: the place inside the value and what was wrong there.
public struct SSZError: Error, Equatable, Sendable {
    /// What was wrong.
    public enum Reason: Equatable, Sendable {
        /// A value of fixed size got another number of bytes.
        case wrongLength(expected: Int, actual: Int)
        /// The bytes end before the fixed part of a container does.
        case tooShort(needed: Int, actual: Int)
        /// Bytes are left after the last field of a container of fixed size.
        case trailingBytes(Int)
        /// A list has more elements, bytes or bits than its limit.
        case overLimit(limit: Int, actual: Int)
        /// A vector has the wrong number of elements or bits.
        case wrongCount(expected: Int, actual: Int)
        /// A list of fixed-size elements whose bytes are no multiple of the element size.
        case notMultiple(of: Int, actual: Int)
        /// The first offset does not point just behind the fixed part.
        case firstOffset(expected: Int, actual: Int)
        /// An offset is smaller than the one before it.
        case offsetsDecrease(previous: Int, next: Int)
        /// An offset points behind the end of the bytes.
        case offsetBeyondEnd(offset: Int, count: Int)
        /// A boolean byte is neither 0 nor 1.
        case invalidBoolean(UInt8)
        /// A bitlist has no delimiting bit: it is empty or ends with a zero byte.
        case missingDelimiter
        /// A bitvector has bits set behind its length.
        case bitsBeyondLength(Int)
        /// A generalized index names no node of the value's tree.
        case noSuchNode(UInt64)
        /// A JSON object lacks a field.
        case missingField
        /// A JSON value is not of the form expected here.
        case unexpectedJSON(expected: String, found: String)
    }

    public var reason: Reason
    /// Field names and element indices from the outermost value to the faulty one, for example `body.deposits[3].proof`.
    public var path: String

    public init(_ reason: Reason, path: String = "") {
        self.reason = reason
        self.path = path
    }

    /// The same error seen from the value that holds the faulty one as field `name`.
    public func inside(field name: StaticString) -> SSZError {
        let separator = path.isEmpty || path.hasPrefix("[") ? "" : "."
        return SSZError(reason, path: "\(name)" + separator + path)
    }

    /// The same error seen from the collection that holds the faulty value at `index`.
    public func inside(element index: Int) -> SSZError {
        let separator = path.isEmpty || path.hasPrefix("[") ? "" : "."
        return SSZError(reason, path: "[\(index)]" + separator + path)
    }
}

extension SSZError: CustomStringConvertible {
    public var description: String { path.isEmpty ? reason.description : "\(path): \(reason.description)" }
}

extension SSZError.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .wrongLength(let expected, let actual): "expected exactly \(expected) bytes, got \(actual)"
        case .tooShort(let needed, let actual): "the fixed part needs \(needed) bytes, only \(actual) are there"
        case .trailingBytes(let count): "\(count) bytes are left after the last field"
        case .overLimit(let limit, let actual): "\(actual) elements exceed the limit of \(limit)"
        case .wrongCount(let expected, let actual): "a vector of \(expected) elements got \(actual)"
        case .notMultiple(let size, let actual): "\(actual) bytes are no multiple of the element size \(size)"
        case .firstOffset(let expected, let actual): "the first offset must be \(expected), got \(actual)"
        case .offsetsDecrease(let previous, let next): "offset \(next) follows the larger offset \(previous)"
        case .offsetBeyondEnd(let offset, let count): "offset \(offset) points behind the \(count) bytes given"
        case .invalidBoolean(let byte): "a boolean must be 0 or 1, got \(byte)"
        case .missingDelimiter: "the bitlist has no delimiting bit"
        case .bitsBeyondLength(let length): "bits are set behind the bitvector's length \(length)"
        case .noSuchNode(let index): "generalized index \(index) names no node of this value"
        case .missingField: "the JSON object lacks this field"
        case .unexpectedJSON(let expected, let found): "expected \(expected) in JSON, found \(found)"
        }
    }
}
