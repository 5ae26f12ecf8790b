import ModelFiles

/// Keys and values of a session's tokens so far, for some layers of a model. One thread uses it at a time.
public final class BlockCache: @unchecked Sendable {
    // Unchecked because of the raw memory: who holds it has one thread at a time use it.
    public let layers: Range<Int>
    /// Sequences that go on together.
    public let batch: Int
    /// Tokens of each that there may be.
    public let capacity: Int
    /// Tokens of each so far.
    public internal(set) var length = 0

    /// Tokens of each sequence that there is memory for: it grows up to `capacity`.
    private(set) var rows = 0
    private let stride: Int
    /// For each layer the keys and then the values, each `[batch, rows, stride]`.
    private var memory: [(keys: FloatBuffer, values: FloatBuffer)]

    public init(model: TransformerModel, layers: Range<Int>, batch: Int, capacity: Int) {
        (self.layers, self.batch, self.capacity) = (layers, batch, capacity)
        stride = Rows.stride(model.configuration.keyValueHeadCount * model.configuration.headDimension)
        memory = layers.map { _ in (FloatBuffer(count: 0), FloatBuffer(count: 0)) }
    }

    func keys(_ place: Int) -> Rows { Rows(memory[place].keys.pointer, stride: stride) }
    func values(_ place: Int) -> Rows { Rows(memory[place].values.pointer, stride: stride) }

    /// Takes in `length` new tokens of each sequence for the layer at `place`; rows lie sequence after sequence.
    func keep(_ place: Int, keys: Rows, values: Rows, length: Int) {
        for sequence in 0..<batch {
            let row = sequence * rows + self.length
            self.keys(place).from(row).pointer.update(from: keys.from(sequence * length).pointer, count: length * stride)
            self.values(place).from(row).pointer.update(from: values.from(sequence * length).pointer, count: length * stride)
        }
    }

    /// Has memory for `tokens` of each sequence; at most `capacity`.
    func makeRoom(for tokens: Int) {
        guard tokens > rows else { return }
        let larger = min(capacity, max(tokens, 2 * rows, 64))
        replace(rows: larger) { $0 }
    }

    /// Makes sequence i go on from what sequence `sources[i]` was so far: how a beam search drops and doubles hypotheses.
    ///
    /// - Throws: `hiddenStates` where there is not one source for each sequence, or one that is none of them.
    public func reorder(_ sources: [Int]) throws(TransformerError) {
        guard sources.count == batch, sources.allSatisfy({ (0..<batch).contains($0) }) else {
            throw .hiddenStates("\(sources.count) places for \(batch) sequences, or one that is none of them")
        }
        guard sources != Array(0..<batch) else { return }
        replace(rows: rows) { sources[$0] }
    }

    private func replace(rows larger: Int, source: (Int) -> Int) {
        for place in memory.indices {
            memory[place] = (copied(memory[place].keys, larger, source), copied(memory[place].values, larger, source))
        }
        rows = larger
    }

    private func copied(_ old: FloatBuffer, _ larger: Int, _ source: (Int) -> Int) -> FloatBuffer {
        let new = FloatBuffer(count: batch * larger * stride)
        for sequence in 0..<batch {
            (new.pointer + sequence * larger * stride).update(
                from: old.pointer + source(sequence) * rows * stride, count: length * stride)
        }
        return new
    }
}
