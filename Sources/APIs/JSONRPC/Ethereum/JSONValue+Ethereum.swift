public import JSON
public import Primitives

extension JSONValue {
    /// QUANTITY: `0x` and hexadecimal digits without leading zeros.
    public static func quantity(_ value: some UnsignedInteger) -> JSONValue { .string("0x" + String(value, radix: 16)) }
    /// QUANTITY of 256 bits.
    public static func quantity(_ value: UInt256) -> JSONValue { .string(value.quantityHex) }
    /// DATA: `0x` and two digits for each byte.
    public static func data(_ bytes: some Collection<UInt8>) -> JSONValue { .string(bytes.hex) }
    public static func data(_ hash: Hash32) -> JSONValue { .string(hash.hex) }
    public static func data(_ address: Address) -> JSONValue { .string(address.hex) }
}
