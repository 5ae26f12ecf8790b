import Primitives

/// `Ping` and `Goodbye`, which are one number each.
public enum NumberMessage {
    public static func encode(_ number: UInt64) -> [UInt8] { number.littleEndianBytes }

    public static func decode(_ bytes: [UInt8]) throws(BeaconWireError) -> UInt64 {
        guard bytes.count == 8, let number = UInt64(littleEndianBytes: bytes) else { throw .length(UInt64(bytes.count), allowed: 8...8) }
        return number
    }
}
