import Primitives

/// One file from several providers, as a state machine: which piece to ask of whom, what their answers change, what came out.
///
/// Pieces come from all providers at once; one that fails is asked no more and its piece goes to another, so that a file goes on
/// where it stopped. Where the whole does not have its hash, somebody lied: from then on each provider is asked for the whole
/// file alone, and those whose file is another are named.
struct BlobFetch<Provider: Hashable & Sendable>: Sendable {
    /// One question.
    struct Piece: Equatable, Sendable {
        let provider: Provider
        let offset: Int
        let length: Int
    }

    enum Outcome: Equatable, Sendable {
        case running
        case complete([UInt8])
        case failed
    }

    static var pieceSize: Int { 32 * 1024 }
    /// Providers that may be asked for one piece at a time, when there is nothing else to ask for.
    static var copies: Int { 2 }

    private(set) var outcome = Outcome.running
    /// Providers that gave wrong bytes.
    private(set) var liars: [Provider] = []
    private let id: Hash32
    private let limit: Int
    private var idle: [Provider]
    private var waiting: [Provider: Int] = [:]
    /// Those whose answer to an earlier question is still to come: it must not be taken for another's.
    private var stale: Set<Provider> = []
    /// The file's length, by the first who answered.
    private var total: Int?
    private var pieces: [Int: (bytes: [UInt8], from: Provider)] = [:]
    /// Where somebody lied, the providers that are still to be asked for the whole file, one at a time.
    private var alone: [Provider]?

    /// - Parameter limit: the longest file that is taken.
    init(_ id: Hash32, providers: [Provider], limit: Int) {
        (self.id, self.limit) = (id, limit)
        var seen: Set<Provider> = []
        idle = providers.filter { seen.insert($0).inserted }
        if idle.isEmpty { outcome = .failed }
    }

    /// The questions to ask now.
    mutating func next() -> [Piece] {
        guard outcome == .running else { return [] }
        guard let total else {
            // Until the length is known one is asked, and another if that one fails.
            guard waiting.isEmpty, let first = idle.first else { return [] }
            return [ask(first, 0)]
        }
        var asked: [Piece] = []
        for copies in 1...(alone == nil ? Self.copies : 1) {
            for offset in stride(from: 0, to: total, by: Self.pieceSize) where pieces[offset] == nil {
                guard let provider = idle.first else { return asked }
                if waiting.values.count(where: { $0 == offset }) < copies { asked.append(ask(provider, offset)) }
            }
        }
        return asked
    }

    /// A provider answered with its file's length and the bytes at the offset that it was asked for.
    mutating func received(_ provider: Provider, total length: Int, _ bytes: [UInt8]) {
        if stale.remove(provider) != nil {
            if outcome == .running, alone?.first == provider { idle = [provider] }
            return
        }
        guard let offset = waiting.removeValue(forKey: provider) else { return }
        guard (1...limit).contains(length), total == nil || total == length, bytes.count == min(Self.pieceSize, length - offset) else {
            return proceed()
        }
        total = length
        if alone == nil || alone?.first == provider { idle.append(provider) }
        if pieces[offset] == nil { pieces[offset] = (bytes, provider) }
        if pieces.values.reduce(0, { $0 + $1.bytes.count }) == length { finish() } else { proceed() }
    }

    /// A provider does not have it, or did not answer.
    mutating func failed(_ provider: Provider) {
        if stale.remove(provider) != nil {
            if outcome == .running, alone?.first == provider { nextAlone() }
            return
        }
        waiting[provider] = nil
        proceed()
    }

    private mutating func ask(_ provider: Provider, _ offset: Int) -> Piece {
        idle.removeAll { $0 == provider }
        waiting[provider] = offset
        return Piece(provider: provider, offset: offset, length: Self.pieceSize)
    }

    /// Ends where nobody is left.
    private mutating func proceed() {
        guard outcome == .running, idle.isEmpty, waiting.isEmpty else { return }
        if let current = alone?.first, stale.contains(current) { return }
        if alone == nil { outcome = .failed } else { nextAlone() }
    }

    private mutating func finish() {
        let file = pieces.sorted { $0.key < $1.key }.flatMap(\.value.bytes)
        if SHA256.hash(file) == id { return outcome = .complete(file) }
        let givers = Set(pieces.values.map(\.from))
        if givers.count == 1 { liars += givers }
        if alone == nil {
            alone = [Provider](Set(idle + waiting.keys).union(givers)).filter { !liars.contains($0) }
        } else {
            alone?.removeFirst()
        }
        startAlone()
    }

    private mutating func nextAlone() {
        alone?.removeFirst()
        startAlone()
    }

    private mutating func startAlone() {
        stale.formUnion(waiting.keys)
        (pieces, waiting, total, idle) = ([:], [:], nil, [])
        guard let next = alone?.first else { return outcome = .failed }
        if !stale.contains(next) { idle = [next] }
    }
}
