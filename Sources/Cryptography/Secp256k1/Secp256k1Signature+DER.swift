import Primitives

extension Secp256k1Signature {
    /// `SEQUENCE {INTEGER r, INTEGER s}`, DER.
    public var der: [UInt8] {
        func integer(_ value: UInt256) -> [UInt8] {
            var bytes = Array(value.bigEndianHash.bytes.drop { $0 == 0 })
            // A first bit that is set would make it negative.
            if bytes.first ?? 0x80 >= 0x80 { bytes.insert(0, at: 0) }
            return [0x02, UInt8(bytes.count)] + bytes
        }
        let body = integer(r) + integer(s)
        return [0x30, UInt8(body.count)] + body
    }
}
