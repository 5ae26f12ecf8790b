import Primitives

extension RandomNumberGenerator {
    mutating func randomBytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count { bytes += next().littleEndianBytes }
        return Array(bytes.prefix(count))
    }
}
