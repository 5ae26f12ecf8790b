public import Primitives

/// Everything that is known of one update: a file, or a candidate made of files.
///
/// A collection of facts, each told by one party; ``stage`` follows from them. So it does not matter in which order what
/// different parties say arrives: a quorum that comes together before this node's own gate has ended stays one.
public struct UpdateRecord: Sendable, Hashable, Codable {
    /// `hash_tree_root` of the candidate, or the SHA-256 of the file.
    public let id: Hash32
    /// The files that it is made of.
    public internal(set) var inputs: [Hash32]
    public internal(set) var considered: [ConsideredFile]?
    public internal(set) var file: FileFacts?
    public internal(set) var slot: UInt64?
    public internal(set) var parent: Hash32?
    /// The adapter with the update by the certificate of a block.
    var certifiedAdapter: Hash32?

    var isFetched = false
    public internal(set) var judgement: Judgement?
    public internal(set) var refusal: RefusedUpdate?
    public internal(set) var overtaken: String?
    public internal(set) var contested: String?

    public internal(set) var votes = 0
    public internal(set) var seats: VoteSeats?
    public internal(set) var isCertified = false
    public internal(set) var isOutvoted = false
    public internal(set) var timedOut: String?

    public internal(set) var inclusion: Inclusion?
    public internal(set) var isFinalised = false

    /// An update of which nothing is known yet.
    public init(id: Hash32) {
        self.id = id
        inputs = []
    }

    /// The adapter with the update, as a block's certificate or this node's gate has it.
    public var adapter: Hash32? { certifiedAdapter ?? judgement?.adapter }

    /// Whether it is a file by itself, and no candidate.
    public var isFile: Bool { slot == nil && inputs == [id] }

    /// Whether it is a candidate that speaks for its files: this node's gate, a quorum or the chain agreed with it. A bad
    /// manifest says nothing of the files that it names.
    public var takesFiles: Bool { !isFile && (judgement != nil || isCertified || inclusion != nil || isFinalised) }

    /// Whether a block of the chain brought it in.
    public var isInChain: Bool { inclusion != nil || isFinalised }

    /// How far it came: what the chain says counts most, then what the votes say, then this node.
    public var stage: UpdateStage {
        if isFinalised { return .finalised }
        if inclusion != nil { return .included }
        if isCertified { return .certified }
        if isOutvoted { return .outvoted }
        if let timedOut { return .expired(timedOut) }
        if let overtaken { return .expired(overtaken) }
        if let refusal { return .refused(refusal) }
        if votes > 0 { return .voted }
        if judgement != nil { return .judged }
        return isFetched ? .fetched : .announced
    }

    /// Every file that a block names with it, once a block does: its adapter is made anew of them.
    public var filesInBlock: [Hash32] {
        inclusion != nil || isFinalised || certifiedAdapter != nil ? inputs + (considered?.map(\.id) ?? []) : []
    }
}
