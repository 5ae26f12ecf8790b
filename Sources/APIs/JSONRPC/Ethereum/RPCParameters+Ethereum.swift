import JSON
public import JSONRPCCore
public import Primitives

extension RPCParameters {
    /// DATA of any length.
    public func data(_ index: Int) throws(RPCError) -> [UInt8] { try Self.data(try string(index), argument: index) }

    /// DATA whose leading zero digit may be missing, as storage keys are written.
    func data(_ index: Int, padded: Bool) throws(RPCError) -> [UInt8] {
        let text = try string(index)
        return try Self.data(padded && text.utf8.count % 2 == 1 ? "0x0" + text.dropFirst(2) : text, argument: index)
    }

    /// QUANTITY that fits 64 bits, also as a JSON number.
    func index(_ index: Int) throws(RPCError) -> UInt64 {
        let value = try required(index)
        if case .number(let digits) = value, let number = UInt64(digits) { return number }
        return try Self.quantity(try string(index), argument: index)
    }

    /// QUANTITY of at most 256 bits.
    func quantity256(_ index: Int) throws(RPCError) -> UInt256 {
        let text = try string(index)
        let digits = try Self.digits(text, argument: index)
        guard digits.count <= 64 else { throw Self.invalid(index, "hex number > 256 bits") }
        let bytes = try Self.data(digits.count % 2 == 1 ? "0x0" + digits : "0x" + digits, argument: index)
        return UInt256(bigEndianBytes: bytes) ?? .zero
    }

    public func address(_ index: Int) throws(RPCError) -> Address {
        let bytes = try data(index)
        guard let address = Address(bytes) else { throw Self.wrongLength(index, bytes.count, 20, "address") }
        return address
    }

    public func hash(_ index: Int) throws(RPCError) -> Hash32 {
        try Self.hash(try string(index), argument: index)
    }

    static func hash(_ text: String, argument index: Int) throws(RPCError) -> Hash32 {
        let bytes = try data(text, argument: index)
        guard let hash = Hash32(bytes) else { throw wrongLength(index, bytes.count, 32, "hash") }
        return hash
    }

    static func data(_ text: String, argument index: Int) throws(RPCError) -> [UInt8] {
        guard text.hasPrefix("0x") || text.hasPrefix("0X") else { throw invalid(index, "hex string without 0x prefix") }
        do {
            return try [UInt8](hex: text)
        } catch {
            switch error {
            case .oddLength: throw invalid(index, "hex string of odd length")
            default: throw invalid(index, "invalid hex string")
            }
        }
    }

    /// QUANTITY that fits 64 bits.
    static func quantity(_ text: String, argument index: Int) throws(RPCError) -> UInt64 {
        let digits = try digits(text, argument: index)
        guard let value = UInt64(digits, radix: 16) else { throw invalid(index, "hex number > 64 bits") }
        return value
    }

    /// The digits of a QUANTITY of any length.
    private static func digits(_ text: String, argument index: Int) throws(RPCError) -> Substring {
        guard text.hasPrefix("0x") || text.hasPrefix("0X") else { throw invalid(index, "hex string without 0x prefix") }
        let digits = text.dropFirst(2)
        guard let first = digits.first else { throw invalid(index, "hex string \"0x\"") }
        guard first != "0" || digits.count == 1 else { throw invalid(index, "hex number with leading zero digits") }
        // `UInt64(_:radix:)` would take a sign.
        guard digits.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { throw invalid(index, "invalid hex string") }
        return digits
    }

    private static func wrongLength(_ index: Int, _ actual: Int, _ expected: Int, _ what: String) -> RPCError {
        invalid(index, "hex string has length \(actual * 2), want \(expected * 2) for \(what)")
    }
}
