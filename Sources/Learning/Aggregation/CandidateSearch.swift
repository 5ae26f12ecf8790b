public import LoRA
public import Primitives

/// Looks among several updates for a combination that passes the loss gate.
///
/// A state machine without input or output: the caller asks for the ``next()`` step, measures what it is told to and
/// calls ``record(passes:loss:)``. The rule takes its choice of all inputs; where it takes more than one, each of them
/// must pass the gate alone, since an average can hide a hostile part. What fails leaves, and the rule chooses anew
/// among the rest. So every input is measured at most once alone, and the search ends.
public struct CandidateSearch: Sendable {
    /// A combination that passed.
    public struct Candidate: Sendable {
        /// The inputs that the manifest names, by ascending ids.
        public let inputs: [AggregationInput]
        /// For each, whether the rule took it.
        public let selected: [Bool]
        /// The change that results.
        public let delta: LoRADelta
    }

    /// What to do next.
    public enum Step: Sendable {
        /// Measure the loss with this change, then ``CandidateSearch/record(passes:loss:)``.
        case measure(LoRADelta)
        case found(Candidate)
        /// No input is left.
        case nothing
    }

    /// Why inputs were left out so far.
    public private(set) var refusals: [Hash32: RejectionReason] = [:]
    /// Measurements asked for.
    public private(set) var measurements = 0

    private let layout: LoRALayout
    private let rule: AggregationRule
    private var remaining: [AggregationInput]
    /// The loss with each input alone that passed.
    private var passedAlone: [Hash32: Float] = [:]
    fileprivate var pending: Measurement?
    private var result: Candidate?

    fileprivate enum Measurement {
        case alone(AggregationInput)
        case whole(Candidate, taken: [AggregationInput])
    }

    public init(_ inputs: [AggregationInput], layout: LoRALayout, rule: AggregationRule = .chain) {
        self.layout = layout
        self.rule = rule
        remaining = inputs.sorted { $0.id < $1.id }
    }

    /// The next step. Asking again before a measurement is recorded gives the same one.
    public mutating func next() -> Step {
        if let result { return .found(result) }
        if let pending { return .measure(pending.delta) }
        while !remaining.isEmpty {
            guard let aggregate = aggregate() else { return .nothing }
            let taken = zip(remaining, aggregate.rejections).filter { $1 == nil }.map(\.0)
            if taken.count > 1, let unknown = taken.first(where: { passedAlone[$0.id] == nil }) {
                return ask(.alone(unknown))
            }
            for (input, reason) in zip(remaining, aggregate.rejections) { refusals[input.id] = reason }
            let candidate = Candidate(inputs: remaining, selected: aggregate.selected, delta: aggregate.delta)
            if taken.count == 1, let only = taken.first, passedAlone[only.id] != nil { return finish(candidate) }
            return ask(.whole(candidate, taken: taken))
        }
        return .nothing
    }

    /// Says what came of the measurement that ``next()`` asked for.
    /// - Parameter loss: the loss with the change on the parent adapter.
    public mutating func record(passes: Bool, loss: Float) {
        switch pending {
        case .alone(let input)?:
            if passes { passedAlone[input.id] = loss } else { drop(input.id, .failsGate(loss: loss)) }
        case .whole(let candidate, let taken)?:
            if passes {
                result = candidate
            } else if taken.count == 1, let only = taken.first {
                drop(only.id, .failsGate(loss: loss))
            } else if let best = taken.min(by: { (passedAlone[$0.id] ?? .infinity) < (passedAlone[$1.id] ?? .infinity) }) {
                // Good ones that do not agree: the best of them alone.
                for input in remaining where input.id != best.id && refusals[input.id] == nil { refusals[input.id] = .failsTogether }
                remaining = [best]
            }
        case nil: break
        }
        pending = nil
    }

    /// The rule's choice among the remaining inputs, after the ill-formed have left; `nil` when none is left.
    private mutating func aggregate() -> AggregatedUpdate? {
        while let aggregate = combine() {
            let bad = zip(remaining, aggregate.rejections).filter { $1?.isOfForm ?? false }
            if bad.isEmpty { return aggregate }
            for (input, reason) in bad { refusals[input.id] = reason }
            let usable = zip(remaining, aggregate.rejections).filter { !($1?.isOfForm ?? false) }.map(\.0)
            remaining = usable
        }
        return nil
    }

    /// Aggregates the remaining inputs, leaving out the one with the largest value as long as the average overflows.
    private mutating func combine() -> AggregatedUpdate? {
        while !remaining.isEmpty {
            do throws(AggregationError) {
                return try AggregatedUpdate(remaining, layout: layout, rule: rule)
            } catch .notFinite {
                guard let largest = remaining.max(by: { $0.largestMagnitude < $1.largestMagnitude }) else { return nil }
                drop(largest.id, .notFinite)
            } catch {
                for input in remaining {
                    refusals[input.id] = input.delta.layout != layout ? .wrongLayout : !input.delta.isFinite ? .notFinite : .noSteps
                }
                remaining = []
            }
        }
        return nil
    }

    private mutating func ask(_ measurement: Measurement) -> Step {
        pending = measurement
        measurements += 1
        return .measure(measurement.delta)
    }

    private mutating func finish(_ candidate: Candidate) -> Step {
        result = candidate
        return .found(candidate)
    }

    private mutating func drop(_ id: Hash32, _ reason: RejectionReason) {
        refusals[id] = reason
        remaining.removeAll { $0.id == id }
        // Whoever was too far from the others may be near to those who stay.
        for input in remaining { refusals[input.id] = nil }
    }
}

extension CandidateSearch.Measurement {
    fileprivate var delta: LoRADelta {
        switch self {
        case .alone(let input): input.delta
        case .whole(let candidate, _): candidate.delta
        }
    }
}

extension AggregationInput {
    fileprivate var largestMagnitude: Float { delta.values.reduce(0) { max($0, $1.magnitude) } }
}

extension RejectionReason {
    /// Whether the fault is in the input itself, whatever the others are.
    fileprivate var isOfForm: Bool {
        switch self {
        case .duplicate, .copy, .nearCopy, .wrongLayout, .notFinite, .noSteps: true
        case .outlier, .failsGate, .failsTogether: false
        }
    }
}
