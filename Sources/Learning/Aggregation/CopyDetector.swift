public import LoRA
public import Primitives

/// Knows updates again: the same change under another name, or nearly the same.
///
/// Who announces first is taken for the author. Honest trainers draw their data and dropout from seeds of their own,
/// so even after the coarsest codec their changes are far from parallel; a change whose cosine with an earlier one
/// exceeds the limit was derived from it.
public struct CopyDetector: Sendable {
    /// Largest cosine with an earlier update that is let in.
    public static let cosineLimit: Float = 0.95
    /// Updates that later ones are compared with value by value.
    public static let referenceLimit = 32

    private var digests: [Hash32: Hash32] = [:]
    private var references: [(id: Hash32, values: [Float], norm: Double)] = []

    public init() {}

    /// Why this update is no work of its own, or `nil`; then it is remembered.
    public mutating func check(_ id: Hash32, _ delta: LoRADelta) -> RejectionReason? {
        let digest = SHA256.hash(delta.bytes)
        if let original = digests[digest] { return original == id ? .duplicate : .copy(of: original) }
        let norm = Self.dot(delta.values, delta.values).squareRoot()
        for reference in references where reference.values.count == delta.values.count {
            let product = norm * reference.norm
            guard product > 0 else { continue }
            let cosine = Float(Self.dot(delta.values, reference.values) / product)
            if cosine > Self.cosineLimit { return .nearCopy(of: reference.id, cosine: cosine) }
        }
        digests[digest] = id
        if references.count < Self.referenceLimit { references.append((id, delta.values, norm)) }
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
