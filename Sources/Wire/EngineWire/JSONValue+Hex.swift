import JSON
import Primitives

extension JSONValue {
    /// DATA: `0x` and two digits for each byte.
    static func data(_ bytes: some Collection<UInt8>) -> JSONValue { .string(bytes.hex) }
    /// QUANTITY.
    static func quantity(_ number: UInt64) -> JSONValue { .string("0x" + String(number, radix: 16)) }
    static func quantity(_ number: UInt256) -> JSONValue { .string(number.quantityHex) }
}
