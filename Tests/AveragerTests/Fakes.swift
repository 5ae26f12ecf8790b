import AckQuorum
import BLS
import BeaconTypes
import LoRA
import Primitives
import ServiceInterfaces

/// A chain of which only the ACK committee is asked.
struct FakeNode: AckCommittees, LearningMoves {
    struct NoCommittee: Error {}

    let committee: AckCommittee
    /// The slot whose block reveals slices, and the head.
    let head: LearningPoint
    let clock: SlotClock
    var spec: BeaconSpec { .pol }

    func ackCommittee(slot: Slot) async throws -> AckCommittee {
        guard (committee.slot...head.slot).contains(slot) else { throw NoCommittee() }
        return AckCommittee(slot: slot, context: committee.context, learning: committee.learning)
    }

    func learningMoves() async -> AsyncStream<LearningMove> {
        AsyncStream {
            $0.yield(.head(head))
            $0.finish()
        }
    }
}

/// No candidates of others.
struct NoCandidates: CandidateFeed {
    func backedCandidates() async -> AsyncStream<UpdateCandidate> { AsyncStream { $0.finish() } }
    func judged(_ statement: AckStatement, of candidate: UpdateCandidate) async {}
}

/// Signs with the keys it holds, by registry index; some are named and never sign.
struct FakeSigner: AckSigner {
    struct Silent: Error {}
    struct NoKey: Error {}

    let secrets: [ValidatorIndex: SecretKey]
    let domain: Domain
    var silent: Set<ValidatorIndex> = []

    func signers(among members: [ValidatorIndex]) async -> [ValidatorIndex] { members.filter { secrets[$0] != nil } }

    func sign(_ statement: AckStatement, validator: ValidatorIndex) async throws -> SignedUpdateAck {
        guard let secret = secrets[validator] else { throw NoKey() }
        guard !silent.contains(validator) else { throw Silent() }
        return UpdateAckSigning(domain: domain, spec: .pol).vote(statement, validator: validator) { secret.sign($0) }
    }
}

/// Gives the zero adapter the loss 2 and every other the loss it is told.
actor FakeEvaluator: LossEvaluator {
    nonisolated let baseModelRoot: Hash32
    nonisolated let layout: LoRALayout
    private let lossAfter: Float
    private let losses: (@Sendable (LoRAAdapter) -> Float)?
    private let slice: GuardEvaluation
    private(set) var evaluations = 0

    init(
        baseModelRoot: Hash32, layout: LoRALayout, lossAfter: Float, losses: (@Sendable (LoRAAdapter) -> Float)? = nil,
        slice: GuardEvaluation = .none
    ) {
        self.slice = slice
        self.baseModelRoot = baseModelRoot
        self.layout = layout
        self.lossAfter = lossAfter
        self.losses = losses
    }

    func evaluateSlice(_ seed: Hash32, parent: LoRAAdapter, result: LoRAAdapter) -> GuardEvaluation { slice }

    func evaluate(_ adapter: LoRAAdapter) -> LossEvaluation {
        evaluations += 1
        let loss = adapter == .zero(layout) ? 2 : losses?(adapter) ?? lossAfter
        return LossEvaluation(lossBits: loss.bitPattern, lossesRoot: SHA256.hash(adapter.root.bytes), tokens: 100, seconds: 0)
    }
}

actor FakeAdapters: AdapterSource {
    private(set) var held: [Hash32: LoRAAdapter]

    init(_ adapters: [LoRAAdapter]) { held = Dictionary(uniqueKeysWithValues: adapters.map { ($0.root, $0) }) }

    func adapter(_ root: Hash32) -> LoRAAdapter? { held[root] }
    func keep(_ adapter: LoRAAdapter) { held[adapter.root] = adapter }
}
