/// What of a model is loaded.
public enum ModelPart: Sendable, Equatable {
    case whole
    /// Some layers alone, for whoever serves them.
    case blocks(Range<Int>)
    /// Embedding, final norm and output projection, for whoever has others run the layers.
    case ends

    /// Whether embedding and output projection are there.
    public var hasEnds: Bool {
        if case .blocks = self { false } else { true }
    }

    /// The layers that are there, of `count`.
    func blocks(of count: Int) -> Range<Int> {
        switch self {
        case .whole: 0..<count
        case .blocks(let blocks): blocks
        case .ends: 0..<0
        }
    }
}
