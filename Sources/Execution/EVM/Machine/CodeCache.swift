public import Primitives
import Synchronization

/// Code that was made ready to run, by its hash, shared by the blocks and threads that run it.
///
/// Bounded: two generations, of which the older goes when the younger has filled half of the capacity.
public final class CodeCache: Sendable {
    private struct Generations {
        var young: [Hash32: Code] = [:]
        var old: [Hash32: Code] = [:]
        var youngBytes = 0
    }

    private let generations = Mutex(Generations())
    private let capacity: Int

    /// - Parameter capacity: bytes of code that are kept at most.
    public init(capacity: Int = 64 << 20) { self.capacity = capacity }

    /// The code with this hash, when it is kept.
    public func code(_ hash: Hash32) -> Code? {
        generations.withLock { generations in
            if let code = generations.young[hash] { return code }
            guard let code = generations.old[hash] else { return nil }
            Self.insert(code, hash, into: &generations, capacity)
            return code
        }
    }

    /// Keeps `code` under its hash.
    public func insert(_ code: Code, hash: Hash32) {
        generations.withLock { Self.insert(code, hash, into: &$0, capacity) }
    }

    private static func insert(
        _ code: Code, _ hash: Hash32, into generations: inout Generations, _ capacity: Int
    ) {
        guard generations.young.updateValue(code, forKey: hash) == nil else { return }
        // The bytes, their jump map, and about what an object and its place in the dictionary take.
        generations.youngBytes += code.count + code.count / 8 + 256
        guard generations.youngBytes > capacity / 2 else { return }
        generations.old = generations.young
        generations.young = [:]
        generations.youngBytes = 0
    }
}
