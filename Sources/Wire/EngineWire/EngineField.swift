public import JSON
public import Primitives

/// A value of an Engine API message and the path that names it in errors. DATA and QUANTITY are read as strictly as the
/// execution specifications write them.
public struct EngineField: Sendable {
    public let value: JSONValue
    public let path: String

    public init(_ value: JSONValue, path: String = "") {
        (self.value, self.path) = (value, path)
    }

    /// The member called `name`, which must be there and not be null.
    public subscript(_ name: String) -> EngineField {
        get throws(EngineWireError) {
            guard let field = try optional(name) else { throw EngineWireError(member(name), "is missing") }
            return field
        }
    }

    /// The member called `name`; `nil` when it is absent or null.
    public func optional(_ name: String) throws(EngineWireError) -> EngineField? {
        guard value.object != nil else { throw error("expected an object, found \(value.kind)") }
        guard let found = value[name], !found.isNull else { return nil }
        return EngineField(found, path: member(name))
    }

    /// The elements of an array of at most `limit`.
    public func elements(atMost limit: Int) throws(EngineWireError) -> [EngineField] {
        guard let elements = value.array else { throw error("expected an array, found \(value.kind)") }
        guard elements.count <= limit else { throw error("\(elements.count) elements, at most \(limit)") }
        return elements.enumerated().map { EngineField($0.element, path: "\(path)[\($0.offset)]") }
    }

    public func string() throws(EngineWireError) -> String {
        guard let text = value.string else { throw error("expected a string, found \(value.kind)") }
        return text
    }

    /// DATA of at most `limit` bytes.
    public func data(atMost limit: Int) throws(EngineWireError) -> [UInt8] {
        let text = try string()
        guard text.hasPrefix("0x") else { throw error("hexadecimal without the prefix 0x") }
        guard text.utf8.count / 2 - 1 <= limit else { throw error("\(text.utf8.count / 2 - 1) bytes, at most \(limit)") }
        do {
            return try [UInt8](hex: text)
        } catch {
            throw self.error("\(error)")
        }
    }

    /// DATA of exactly `count` bytes.
    public func data(exactly count: Int) throws(EngineWireError) -> [UInt8] {
        let bytes = try data(atMost: max(count, 256))
        guard bytes.count == count else { throw error("\(bytes.count) bytes, expected \(count)") }
        return bytes
    }

    public func hash() throws(EngineWireError) -> Hash32 { Hash32(try data(exactly: 32)) ?? .zero }
    public func address() throws(EngineWireError) -> Address { Address(try data(exactly: 20)) ?? .zero }
    public func bytes8() throws(EngineWireError) -> Bytes8 { Bytes8(try data(exactly: 8)) ?? Bytes8() }

    /// QUANTITY of at most 64 bits.
    public func uint64() throws(EngineWireError) -> UInt64 {
        guard let number = UInt64(try digits(), radix: 16) else { throw error("more than 64 bits") }
        return number
    }

    /// QUANTITY of at most 256 bits.
    public func uint256() throws(EngineWireError) -> UInt256 {
        let digits = try digits()
        guard digits.utf8.count <= 64 else { throw error("more than 256 bits") }
        let padded = String(repeating: "0", count: 64 - digits.utf8.count) + digits
        do {
            return UInt256(bigEndian: try Hash32(hex: padded))
        } catch {
            throw self.error("\(error)")
        }
    }

    /// The digits of a QUANTITY: at least one, none but hexadecimal ones, no leading zero.
    private func digits() throws(EngineWireError) -> Substring {
        let text = try string()
        guard text.hasPrefix("0x") else { throw error("hexadecimal without the prefix 0x") }
        let digits = text.dropFirst(2)
        guard let first = digits.first else { throw error("0x is no number; zero is 0x0") }
        guard first != "0" || digits.count == 1 else { throw error("a number with leading zeros") }
        guard digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { throw error("not a hexadecimal number") }
        return digits
    }

    func error(_ reason: String) -> EngineWireError { EngineWireError(path, reason) }

    private func member(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}
