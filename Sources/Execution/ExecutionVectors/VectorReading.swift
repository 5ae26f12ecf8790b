public import EVM
import JSON
import Primitives

/// What a vector lacks or has wrong.
struct VectorError: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

extension JSONValue {
    func member(_ name: String) throws(VectorError) -> JSONValue {
        guard let value = self[name] else { throw VectorError("\(name) is missing") }
        return value
    }

    func bytes() throws(VectorError) -> [UInt8] {
        guard let string, let bytes = try? [UInt8](hex: string) else { throw VectorError("\(self) is no hexadecimal") }
        return bytes
    }

    /// A number in hexadecimal with `0x`, of any number of digits, or in decimal.
    func uint256() throws(VectorError) -> UInt256 {
        guard var text = string else { throw VectorError("\(self) is no number") }
        // Marks a number that is deliberately written badly.
        if text.hasPrefix("0x:bigint ") { text = String(text.dropFirst(10)) }
        guard text.hasPrefix("0x") else {
            guard let value = UInt256(decimal: text) else { throw VectorError("\(text) is no number") }
            return value
        }
        let digits = text.dropFirst(2)
        guard let bytes = try? [UInt8](hex: digits.count % 2 == 0 ? String(digits) : "0" + digits),
            let value = UInt256(bigEndianBytes: bytes.drop { $0 == 0 })
        else { throw VectorError("\(text) is no number of 256 bits") }
        return value
    }

    func uint64() throws(VectorError) -> UInt64 {
        guard let value = try uint256().asUInt64 else { throw VectorError("\(self) does not fit 64 bits") }
        return value
    }

    func address() throws(VectorError) -> Address {
        guard let address = Address(try bytes()) else { throw VectorError("\(self) is no address") }
        return address
    }

    func hash() throws(VectorError) -> Hash32 {
        guard let hash = Hash32(try bytes()) else { throw VectorError("\(self) is no hash of 32 bytes") }
        return hash
    }
}

extension EVMRevision {
    /// The name of a fork in public vectors.
    public init?(vectorName name: String) {
        let names: [String: EVMRevision] = [
            "Frontier": .frontier, "Homestead": .homestead, "EIP150": .tangerineWhistle, "EIP158": .spuriousDragon,
            "Byzantium": .byzantium, "Constantinople": .constantinople, "ConstantinopleFix": .petersburg, "Istanbul": .istanbul,
            "Berlin": .berlin, "London": .london, "Merge": .paris, "Paris": .paris, "Shanghai": .shanghai, "Cancun": .cancun,
            "Prague": .prague, "Osaka": .osaka,
        ]
        guard let revision = names[name] else { return nil }
        self = revision
    }
}
