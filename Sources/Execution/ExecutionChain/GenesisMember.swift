import JSON
import Primitives

/// A member of a genesis file with its path, so that errors can say where they are. Numbers may be JSON numbers,
/// decimal strings or `0x` strings, as geth takes them.
struct GenesisMember {
    let name: String
    let value: JSONValue

    private func child(_ name: String, _ value: JSONValue) -> GenesisMember {
        GenesisMember(name: self.name.isEmpty ? name : "\(self.name).\(name)", value: value)
    }

    /// The member's own member, `nil` when absent or null.
    subscript(name: String) -> GenesisMember? {
        guard let value = value[name], !value.isNull else { return nil }
        return child(name, value)
    }

    func required(_ name: String) throws(BlockError) -> GenesisMember {
        guard let member = self[name] else { throw .genesis(member: child(name, .null).name, problem: "is missing") }
        return member
    }

    func members() throws(BlockError) -> [GenesisMember] {
        guard let members = value.object else { throw problem("an object") }
        return members.map { child($0.name, $0.value) }
    }

    private func problem(_ expected: String) -> BlockError {
        .genesis(member: name, problem: "must be \(expected), is \(value.kind)")
    }

    func uint256() throws(BlockError) -> UInt256 {
        let text: String
        switch value {
        case .number(let literal): text = literal
        case .string(let string): text = string
        default: throw problem("a number")
        }
        if text.hasPrefix("0x") || text.hasPrefix("0X") {
            let digits = text.dropFirst(2)
            let padded = digits.count % 2 == 0 ? String(digits) : "0" + digits
            if !digits.isEmpty, let bytes = try? [UInt8](hex: padded), let value = UInt256(bigEndianBytes: bytes.drop { $0 == 0 }) {
                return value
            }
        } else if let value = UInt256(decimal: text) {
            return value
        }
        throw .genesis(member: name, problem: "is no unsigned integer of 256 bits: \(text.prefix(80))")
    }

    func uint64() throws(BlockError) -> UInt64 {
        guard let value = try uint256().asUInt64 else {
            throw .genesis(member: name, problem: "is too big for 64 bits")
        }
        return value
    }

    func bytes() throws(BlockError) -> [UInt8] {
        guard let text = value.string else { throw problem("a hexadecimal string") }
        do {
            return try [UInt8](hex: text)
        } catch {
            throw .genesis(member: name, problem: "is not hexadecimal: \(error)")
        }
    }

    func hash32() throws(BlockError) -> Hash32 {
        let bytes = try bytes()
        guard let hash = Hash32(bytes) else { throw .genesis(member: name, problem: "must have 32 bytes, has \(bytes.count)") }
        return hash
    }

    func address() throws(BlockError) -> Address {
        let bytes = try bytes()
        guard let address = Address(bytes) else {
            throw .genesis(member: name, problem: "must have 20 bytes, has \(bytes.count)")
        }
        return address
    }

    private var lastName: String { String(name.split(separator: ".").last ?? "") }

    /// The address that is the member's own name.
    func addressFromName() throws(BlockError) -> Address {
        try GenesisMember(name: name, value: .string(lastName)).address()
    }

    /// The storage slot that is the member's own name, padded on the left.
    func slotFromName() throws(BlockError) -> Hash32 {
        let text = lastName.hasPrefix("0x") ? lastName : "0x" + lastName
        return try GenesisMember(name: name, value: .string(text)).uint256().bigEndianHash
    }
}
