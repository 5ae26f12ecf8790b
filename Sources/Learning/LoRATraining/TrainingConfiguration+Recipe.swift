extension TrainingConfiguration {
    /// The hyperparameters as an update's metadata tell them: `name=value` for each that is not the chain's default, with
    /// commas between, in a fixed order; empty for the defaults.
    public var recipe: String {
        let standard = Self.standard
        var parts: [String] = []
        for (name, path) in Self.rates where self[keyPath: path] != standard[keyPath: path] {
            parts.append("\(name)=\(self[keyPath: path])")
        }
        for (name, path) in Self.counts where self[keyPath: path] != standard[keyPath: path] {
            parts.append("\(name)=\(self[keyPath: path])")
        }
        return parts.joined(separator: ",")
    }

    /// Reads ``recipe``; `nil` for anything else, also for a default that is spelt out: one configuration has one recipe.
    public init?(recipe: String) {
        self = .standard
        for part in recipe.split(separator: ",") {
            let words = part.split(separator: "=", omittingEmptySubsequences: false)
            guard words.count == 2 else { return nil }
            if let path = Self.rates.first(where: { $0.0 == words[0] })?.1 {
                guard let value = Float(words[1]), value.isFinite else { return nil }
                self[keyPath: path] = value
            } else if let path = Self.counts.first(where: { $0.0 == words[0] })?.1 {
                guard let value = Int(words[1]), (0...(1 << 20)).contains(value) else { return nil }
                self[keyPath: path] = value
            } else {
                return nil
            }
        }
        guard self.recipe == recipe else { return nil }
    }

    private static var rates: [(String, WritableKeyPath<Self, Float>)] {
        [
            ("lr", \.learningRate), ("beta1", \.beta1), ("beta2", \.beta2), ("eps", \.epsilon), ("decay", \.weightDecay),
            ("clip", \.clipNorm),
        ]
    }

    private static var counts: [(String, WritableKeyPath<Self, Int>)] {
        [("batch", \.batchSize), ("length", \.sequenceLength), ("warmup", \.warmupSteps)]
    }
}
