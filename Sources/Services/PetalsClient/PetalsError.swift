/// Why remote blocks gave nothing that can be used.
public enum PetalsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The swarm has no server of the model.
    case unknown(prefix: String)
    /// Nobody who could be asked serves these blocks.
    case unserved(blocks: [Int], prefix: String)
    /// Each server that was tried failed; what the last one said.
    case failed(blocks: Range<Int>, attempts: Int, last: String)
    /// A session has room for fewer tokens.
    case tooLong(tokens: Int, limit: Int)
    /// A server answered what cannot be the blocks' output.
    case badAnswer(String)
    /// The input is not one for these blocks.
    case badInput(String)
    /// An earlier step of the session failed for good.
    case sessionOver

    public var description: String {
        switch self {
        case .unknown(let prefix):
            "nobody in the swarm serves a model that is called '\(prefix)'; check the name, or serve it with 'polai serve --blocks'"
        case .unserved(let blocks, let prefix):
            "nobody in the swarm serves block \(Self.shown(blocks)) of '\(prefix)'; serve them with 'polai serve --blocks', or try later"
        case .failed(let blocks, let attempts, let last):
            "no server computed blocks \(blocks.lowerBound) to \(blocks.upperBound - 1) in \(attempts) attempts; the last said: \(last)"
        case .tooLong(let tokens, let limit): "the text has \(tokens) tokens, and the session has room for \(limit)"
        case .badAnswer(let what): "the server's answer cannot be used: \(what)"
        case .badInput(let what): "no input for these blocks: \(what)"
        case .sessionOver: "the session ended with an earlier error; open another"
        }
    }

    private static func shown(_ blocks: [Int]) -> String {
        let first = blocks.prefix(8).map(String.init).joined(separator: ", ")
        return blocks.count > 8 ? first + ", …" : first
    }
}
