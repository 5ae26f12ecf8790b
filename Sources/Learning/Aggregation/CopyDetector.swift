public import LoRA
public import Primitives

/// Knows updates again: the same change under another name, nearly the same, or one of several cut from one cloth.
///
/// Who announces first is taken for the author. Honest trainers draw their data and dropout from seeds of their own,
/// so even after the coarsest codec their changes are far from parallel. A change whose cosine with an earlier one
/// exceeds the limit was derived from it, or both from a third: attackers that agree on one change and blur it a little
/// (as in Baruch et al., "A little is enough", NeurIPS 2019) stand out, because the others show how alike independent
/// work is.
public struct CopyDetector: Sendable {
    /// Largest cosine with an earlier update that is let in while there is nothing to compare with.
    public static let cosineLimit: Float = 0.95
    /// The limit never falls below this.
    public static let lowestCosineLimit: Float = 0.5
    /// Updates that later ones are compared with value by value.
    public static let referenceLimit = 32
    /// Pairs of earlier updates that tell how alike independent work is: those of three updates.
    static let pairsNeeded = 3

    private var digests: [Hash32: Hash32] = [:]
    private var references: [(id: Hash32, values: [Float], norm: Double)] = []
    /// The cosines of all pairs of references.
    private var pairs: [Float] = []

    public init() {}

    /// The largest cosine that is let in now: halfway between that of the typical pair and 1, from 0.5 to 0.95.
    public var limit: Float {
        guard pairs.count >= Self.pairsNeeded else { return Self.cosineLimit }
        let typical = pairs.sorted()[(pairs.count - 1) / 2]
        return min(Self.cosineLimit, max(Self.lowestCosineLimit, (1 + typical) / 2))
    }

    /// Why this update is no work of its own, or `nil`; then it is remembered.
    public mutating func check(_ id: Hash32, _ delta: LoRADelta) -> RejectionReason? {
        let digest = SHA256.hash(delta.bytes)
        if let original = digests[digest] { return original == id ? .duplicate : .copy(of: original) }
        let norm = Self.dot(delta.values, delta.values).squareRoot()
        var cosines: [Float] = []
        let limit = limit
        for reference in references where reference.values.count == delta.values.count {
            let product = norm * reference.norm
            guard product > 0 else { continue }
            let cosine = Float(Self.dot(delta.values, reference.values) / product)
            if cosine > limit { return .nearCopy(of: reference.id, cosine: cosine) }
            cosines.append(cosine)
        }
        digests[digest] = id
        if references.count < Self.referenceLimit {
            references.append((id, delta.values, norm))
            pairs += cosines
        }
        return nil
    }

    private static func dot(_ left: [Float], _ right: [Float]) -> Double {
        var lanes = SIMD8<Double>(repeating: 0)
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                let count = min(left.count, right.count) / 4
                for block in 0..<count / 8 {
                    let a = SIMD8<Double>(left.loadUnaligned(fromByteOffset: 32 * block, as: SIMD8<Float>.self))
                    let b = SIMD8<Double>(right.loadUnaligned(fromByteOffset: 32 * block, as: SIMD8<Float>.self))
                    lanes += a * b
                }
                for index in count / 8 * 8..<count {
                    lanes[0] +=
                        Double(left.loadUnaligned(fromByteOffset: 4 * index, as: Float.self))
                        * Double(right.loadUnaligned(fromByteOffset: 4 * index, as: Float.self))
                }
            }
        }
        return lanes.sum()
    }
}
