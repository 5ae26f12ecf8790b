public import LoRA

/// What a replay found.
public struct ReplayReport: Sendable {
    public enum Outcome: Sendable, Equatable {
        /// The same file, byte for byte.
        case equal
        /// The same change, but written in other bytes.
        case otherBytes
        case different(ReplayDifference)
    }

    public let outcome: Outcome
    /// The mean loss a token of every step.
    public let losses: [Float]
    /// The trained change, before the rest was added and the codec dropped anything.
    public let delta: LoRADelta
    /// The rest that goes into the trainer's next round if this update was accepted.
    public let residual: LoRADelta

    public var isEqual: Bool { outcome == .equal }
}

/// Where a replayed change differs from the file's.
public struct ReplayDifference: Sendable, Equatable {
    /// The first module that differs, in module-name order.
    public let module: String
    /// Row (output) and column (rank) of the first element of it that differs.
    public let row: Int
    public let column: Int
    /// What the file says there, and what the replay gave.
    public let expected: Float
    public let replayed: Float
    /// How many elements and modules differ, of how many.
    public let elements: Int
    public let elementCount: Int
    public let modules: Int
    public let moduleCount: Int
    /// The largest |expected − replayed|.
    public let largest: Float

    /// Compares bit for bit; `nil` when nothing differs.
    init?(expected: LoRADelta, replayed: LoRADelta) {
        let layout = expected.layout
        let rank = layout.configuration.rank
        var first: (module: LoRAModule, element: Int)?
        var (elements, modules) = (0, 0)
        var largest: Float = 0
        for module in layout.modules {
            var count = 0
            for element in module.range where expected.values[element].bitPattern != replayed.values[element].bitPattern {
                if first == nil { first = (module, element) }
                count += 1
                largest = max(largest, (expected.values[element] - replayed.values[element]).magnitude)
            }
            elements += count
            if count > 0 { modules += 1 }
        }
        guard let first else { return nil }
        module = first.module.name
        row = (first.element - first.module.offset) / rank
        column = (first.element - first.module.offset) % rank
        self.expected = expected.values[first.element]
        self.replayed = replayed.values[first.element]
        self.elements = elements
        elementCount = layout.valueCount
        self.modules = modules
        moduleCount = layout.modules.count
        self.largest = largest
    }
}
