/// The residual stream of some sequences between two layers, or a gradient of it: `[batch, length, width]`, row-major.
public struct HiddenStates: Sendable, Equatable {
    public var values: [Float]
    /// Sequences.
    public let batch: Int
    /// Tokens of each.
    public let length: Int
    /// Numbers of each token: the model's hidden size.
    public let width: Int

    /// - Throws: `hiddenStates` where there are not `batch · length · width` values, or one is NaN or infinite.
    public init(_ values: [Float], batch: Int, length: Int, width: Int) throws(TransformerError) {
        guard batch >= 0, length >= 0, width >= 0 else { throw .hiddenStates("a dimension is negative") }
        let (rows, overflow) = batch.multipliedReportingOverflow(by: length)
        let (count, overflows) = rows.multipliedReportingOverflow(by: width)
        guard !overflow, !overflows, values.count == count else {
            throw .hiddenStates("\(values.count) values are not \(batch) × \(length) × \(width)")
        }
        guard values.allSatisfy(\.isFinite) else { throw .hiddenStates("a value is NaN or infinite") }
        self.init(unchecked: values, batch: batch, length: length, width: width)
    }

    package init(unchecked values: [Float], batch: Int, length: Int, width: Int) {
        (self.values, self.batch, self.length, self.width) = (values, batch, length, width)
    }

    package init(batch: Int, length: Int, width: Int) {
        self.init(unchecked: [Float](repeating: 0, count: batch * length * width), batch: batch, length: length, width: width)
    }

    public var rowCount: Int { batch * length }

    /// Copies tokens `tokens` of sequences `sequences` to the rows of `output`, in their order.
    package func copy(sequences: Range<Int>, tokens: Range<Int>, to output: Rows) {
        values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            var row = 0
            for sequence in sequences {
                for token in tokens {
                    output.from(row).pointer.update(from: base + (sequence * length + token) * width, count: width)
                    row += 1
                }
            }
        }
    }

    /// Takes rows of `input` as tokens `tokens` of sequences `sequences`, in their order.
    package mutating func take(_ input: Rows, sequences: Range<Int>, tokens: Range<Int>) {
        let (length, width) = (length, width)
        values.withUnsafeMutableBufferPointer { values in
            guard let base = values.baseAddress else { return }
            var row = 0
            for sequence in sequences {
                for token in tokens {
                    (base + (sequence * length + token) * width).update(from: input.from(row).pointer, count: width)
                    row += 1
                }
            }
        }
    }
}

/// Trained states that are added to the first tokens' before each layer: `[layers, batch, length, width]`, row-major.
public struct DeepPrompts: Sendable, Equatable {
    /// One for each layer, in their order.
    public let layers: [HiddenStates]

    /// - Throws: `hiddenStates` where the layers' shapes differ.
    public init(_ layers: [HiddenStates]) throws(TransformerError) {
        for states in layers where (states.batch, states.length, states.width) != (layers[0].batch, layers[0].length, layers[0].width) {
            throw .hiddenStates("prompts of different shapes")
        }
        self.layers = layers
    }

    /// Tokens that each layer's prompt has.
    public var length: Int { layers.first?.length ?? 0 }

    /// Adds the prompt of layer number `place` to the rows of `sequences`, each of `length` rows.
    package func add(_ place: Int, sequences: Range<Int>, length: Int, to rows: Rows) {
        let prompt = layers[place]
        prompt.values.withUnsafeBufferPointer { values in
            for (index, sequence) in sequences.enumerated() {
                for token in 0..<min(length, prompt.length) {
                    let row = rows.from(index * length + token).pointer
                    let start = (sequence * prompt.length + token) * prompt.width
                    for column in 0..<prompt.width { row[column] += values[start + column] }
                }
            }
        }
    }
}
