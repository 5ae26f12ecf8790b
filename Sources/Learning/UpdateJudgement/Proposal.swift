public import Aggregation
public import LoRA
public import Primitives

/// Looks among gathered updates for a combination that passes the gate: the one propose loop.
public struct Proposal: Sendable {
    /// Most files that a manifest names (`MAX_CANDIDATE_INPUTS`).
    public static let manifestLimit = 16

    /// One run of the gate: the adapter to measure.
    public enum Step: Sendable {
        case measure(LoRAAdapter)
        case found(CandidateSearch.Candidate, LoRAAdapter)
        case nothing
    }

    private var search: CandidateSearch
    private let parent: LoRAAdapter

    /// - Parameter inputs: in the order of their arrival; those beyond the manifest's limit are not looked at.
    public init(_ inputs: [AggregationInput], on parent: LoRAAdapter) {
        search = CandidateSearch(Array(inputs.prefix(Self.manifestLimit)), layout: parent.layout)
        self.parent = parent
    }

    /// Why files were left out so far.
    public var refusals: [Hash32: RejectionReason] { search.refusals }
    /// Measurements asked for.
    public var measurements: Int { search.measurements }

    /// The next step. An adapter that overflows fails without being measured: it is as bad as one whose loss is not finite.
    public mutating func next() -> Step {
        while true {
            switch search.next() {
            case .measure(let delta):
                if let adapter = try? parent.adding(delta) { return .measure(adapter) }
                search.record(passes: false, loss: .infinity)
            case .found(let candidate):
                guard let adapter = try? parent.adding(candidate.delta) else { return .nothing }
                return .found(candidate, adapter)
            case .nothing: return .nothing
            }
        }
    }

    /// Says what came of the measurement that ``next()`` asked for.
    public mutating func record(passes: Bool, loss: Float) { search.record(passes: passes, loss: loss) }
}
