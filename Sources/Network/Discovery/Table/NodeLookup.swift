public import NodeRecords
public import Primitives

/// The search for the nodes nearest to an id (discv5-theory, "Lookup"): asks the nearest it has heard of, a few at a time, until
/// the nearest sixteen have answered.
public struct NodeLookup: Sendable {
    enum Progress: Sendable { case new, asked, answered, failed }

    struct Candidate: Sendable {
        let contact: NodeContact
        let distance: NodeDistance
        var progress = Progress.new
    }

    public static let width = 16
    public static let concurrency = 3
    /// Candidates that are remembered: four times what is looked for.
    static let capacity = 64

    public let target: NodeID
    private let localID: NodeID
    /// Nearest first.
    private(set) var candidates: [Candidate] = []
    private var inFlight = 0
    /// How many may be asked in all, however many names answers bring.
    private var questions = 128

    public init(target: NodeID, localID: NodeID, from known: [NodeContact]) {
        (self.target, self.localID) = (target, localID)
        for contact in known { add(contact) }
    }

    private mutating func add(_ contact: NodeContact) {
        guard contact.nodeID != localID, !candidates.contains(where: { $0.contact.nodeID == contact.nodeID }) else { return }
        let distance = NodeDistance(target, contact.nodeID)
        let place = candidates.firstIndex { distance < $0.distance } ?? candidates.endIndex
        guard place < Self.capacity else { return }
        candidates.insert(Candidate(contact: contact, distance: distance), at: place)
        // Those that are being asked stay, so that their answers are counted.
        if candidates.count > Self.capacity, let last = candidates.lastIndex(where: { $0.progress != .asked }) {
            candidates.remove(at: last)
        }
    }

    /// Whom to ask now.
    public mutating func next() -> [NodeContact] {
        var asked: [NodeContact] = []
        let nearest = candidates.indices.filter { candidates[$0].progress != .failed }.prefix(Self.width)
        for index in nearest where candidates[index].progress == .new && inFlight < Self.concurrency && questions > 0 {
            candidates[index].progress = .asked
            inFlight += 1
            questions -= 1
            asked.append(candidates[index].contact)
        }
        return asked
    }

    /// An answer, or the last of several.
    public mutating func answered(_ id: NodeID, with contacts: [NodeContact]) {
        settle(id, .answered)
        for contact in contacts { add(contact) }
    }

    public mutating func failed(_ id: NodeID) { settle(id, .failed) }

    private mutating func settle(_ id: NodeID, _ progress: Progress) {
        guard let index = candidates.firstIndex(where: { $0.contact.nodeID == id && $0.progress == .asked }) else { return }
        candidates[index].progress = progress
        inFlight -= 1
    }

    /// Whether nobody is asked any more, and nobody is left to ask.
    public var isFinished: Bool {
        guard inFlight == 0 else { return false }
        return questions == 0
            || !candidates.lazy.filter { $0.progress != .failed }.prefix(Self.width).contains { $0.progress == .new }
    }

    /// The nearest that answered, nearest first.
    public var found: [NodeContact] {
        candidates.filter { $0.progress == .answered }.prefix(Self.width).map { candidate in candidate.contact }
    }
}
