/// Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3"
/// (SC 2011): four 32-bit words out of a 128-bit counter and a 64-bit key, without state.
public struct Philox: Sendable, Equatable {
    public let key: SIMD2<UInt32>

    public init(key: SIMD2<UInt32>) { self.key = key }

    /// The four words at `counter`.
    @inlinable public func block(_ counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
        var (c0, c1, c2, c3) = (counter.x, counter.y, counter.z, counter.w)
        var (k0, k1) = (key.x, key.y)
        for _ in 0..<10 {
            let p0 = c0.multipliedFullWidth(by: 0xD251_1F53)
            let p1 = c2.multipliedFullWidth(by: 0xCD9E_8D57)
            (c0, c1, c2, c3) = (p1.high ^ c1 ^ k0, p1.low, p0.high ^ c3 ^ k1, p0.low)
            k0 &+= 0x9E37_79B9
            k1 &+= 0xBB67_AE85
        }
        return SIMD4(c0, c1, c2, c3)
    }
}
