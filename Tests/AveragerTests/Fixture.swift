import AckQuorum
import BLS
import BeaconTypes
import LoRA
import Logging
import ModelFiles
import PeerIdentity
import Primitives
import SSZ
import ServiceInterfaces
import Synchronization
import TestNetwork
import UpdateCodec

@testable import Averager

func tinyLayout(layers: Int = 1, hidden: Int = 8) -> LoRALayout {
    LoRALayout(
        model: ModelConfiguration(
            architecture: .llama, vocabularySize: 10, hiddenSize: hidden, intermediateSize: 12, layerCount: layers, headCount: 2,
            keyValueHeadCount: 1, headDimension: 4, rmsNormEpsilon: 1e-5, ropeTheta: 10_000, tieWordEmbeddings: true,
            attentionBias: false, contextLength: 8))
}

/// Counts how often a clock was read.
private final class Readings: Sendable {
    private let count = Atomic(0)

    func next() -> Double { Double(count.wrappingAdd(1, ordering: .relaxed).oldValue) }
}

/// An averager whose node holds the validators 4 and 6 of the committee (4, 5, 6), at slot 7 of a chain whose head has
/// the zero adapter.
struct Fixture {
    static let baseModelRoot = SHA256.hash([1])
    static let domain = SHA256.hash([2])
    static let slot: UInt64 = 7
    /// The slot of the reveal block.
    static let revealed: UInt64 = 9
    static let now = 1_000_000.0 + 12 * 7 + 1

    let layout = tinyLayout()
    let secrets: [ValidatorIndex: SecretKey]
    let peerKey: PeerKeyPair
    let trainerKey: PeerKeyPair
    let committee: AckCommittee
    let routing = MemoryRouting(announcesHeld: true)
    let journal = MemoryLedger()
    let adapters: FakeAdapters
    let evaluator: FakeEvaluator
    let averager: Averager
    let parentRoot: Hash32

    init(
        lossAfter: Float = 1, losses: (@Sendable (LoRAAdapter) -> Float)? = nil, holdsHead: Bool = true, held: [ValidatorIndex] = [4, 6],
        silent: Set<ValidatorIndex> = [], expected: Int = 1, clockRuns: Bool = false, slice: GuardLosses? = nil,
        at time: Double = now, isRevealed: Bool = true
    ) throws {
        let members: [ValidatorIndex] = [4, 5, 6]
        var secrets: [ValidatorIndex: SecretKey] = [:]
        for member in members { secrets[member] = try SecretKey(bytes: [UInt8](repeating: 0, count: 31) + [UInt8(member)]) }
        self.secrets = secrets
        peerKey = try PeerKeyPair(seed: [UInt8](repeating: 1, count: 32))
        trainerKey = try PeerKeyPair(seed: [UInt8](repeating: 2, count: 32))
        let parent = LoRAAdapter.zero(layout)
        parentRoot = parent.root
        var learning = LearningState()
        learning.baseModelRoot = Self.baseModelRoot
        learning.adapterRoot = parentRoot
        // Blocks of the members 5 and 6, so that a slice of the author 4's candidate can be drawn; and 4 again.
        learning.recentProposers = SSZVector((0..<64).map { isRevealed ? [7: 4, 8: 5, 9: 6, 10: 4][$0] ?? Constant.noProposer : 4 })
        if slice != nil { (learning.taskPoolRoot, learning.generalPoolRoot) = (SHA256.hash([5]), SHA256.hash([6])) }
        committee = AckCommittee(
            slot: Self.slot,
            context: AckContext(
                anchorRoot: SHA256.hash([3]), revealMix: SHA256.hash([4]), members: members,
                publicKeys: members.compactMap { secrets[$0]?.publicKey.bytes },
                quorumSetting: 0, domain: Self.domain, spec: .pol),
            learning: learning)
        adapters = FakeAdapters(holdsHead ? [parent] : [])
        evaluator = FakeEvaluator(
            baseModelRoot: Self.baseModelRoot, layout: layout, lossAfter: lossAfter, losses: losses,
            slice: slice.map { GuardEvaluation(losses: $0, beforeRoot: SHA256.hash([7]), afterRoot: SHA256.hash([8]), seconds: 0) } ?? .none
        )
        let clock = clockRuns ? Self.runningClock() : Self.stillClock(at: time)
        var setting = Averager.Setting()
        setting.expectedTrainers = expected
        averager = Averager(
            setting: setting,
            node: FakeNode(
                committee: committee, head: LearningPoint(root: SHA256.hash([3]), slot: Self.revealed + 1, learning: learning), clock: clock
            ),
            signer: FakeSigner(secrets: secrets.filter { held.contains($0.key) }, domain: Self.domain, silent: silent),
            evaluator: evaluator,
            adapters: adapters, updates: journal, candidates: NoCandidates(), routing: routing, peerKey: peerKey,
            logger: Logger(label: "test"))
    }

    /// A clock that moves ten seconds whenever it is read.
    static func runningClock() -> SlotClock {
        let readings = Readings()
        return SlotClock(genesisTime: 1_000_000, slotDurationMilliseconds: 12_000) { Fixture.now + 10 * readings.next() }
    }

    /// A clock that stands in slot 7.
    static func stillClock(at time: Double = now) -> SlotClock {
        SlotClock(genesisTime: 1_000_000, slotDurationMilliseconds: 12_000) { time }
    }

    /// An update file as a trainer writes it.
    func update(
        layout: LoRALayout? = nil, base: Hash32 = baseModelRoot, parent: Hash32? = nil, value: Float = 0.5, mark: Int? = nil,
        trainer: PeerKeyPair? = nil, steps: UInt64 = 10, signer: PeerKeyPair? = nil
    ) throws -> [UInt8] {
        let trainerKey = trainer ?? self.trainerKey
        let layout = layout ?? self.layout
        let metadata = UpdateMetadata(
            baseModelRoot: base, parentAdapterRoot: parent ?? parentRoot,
            trainer: Address(repeatElement(0xab, count: 20)) ?? .zero, publicKey: trainerKey.publicKey.message, steps: steps,
            round: 1, seed: 1, dataHash: .zero)
        var values = [Float](repeating: value, count: layout.valueCount)
        // A stretch of its own, so that no two trainers' changes are parallel.
        if let mark { for index in values.indices where index % 8 == mark % 8 { values[index] = 3 * value } }
        let delta = try LoRADelta(layout: layout, values: values)
        let encoded = try UpdateEncoder(metadata: metadata).encode(delta, codec: .denseFP16, selection: .all)
        return try UpdateFile(encoded, metadata: metadata) { try (signer ?? trainerKey).sign($0) }.bytes
    }

    /// A file with one of its tensors changed, signed again by its trainer.
    func edited(_ bytes: [UInt8], patch: (inout [UInt8], String) -> Void) throws -> [UInt8] {
        let file = try SafetensorsFile(FileBytes(bytes))
        func write(_ metadata: [String: String]) -> [UInt8] {
            var writer = SafetensorsWriter(metadata: metadata)
            for tensor in file.tensors {
                var bytes = file.withBytes(of: tensor) { [UInt8]($0) }
                patch(&bytes, tensor.name)
                writer.add(tensor.name, type: tensor.type, shape: tensor.shape, bytes: bytes)
            }
            return writer.serialized()
        }
        var metadata = file.metadata
        metadata["signature"] = try trainerKey.sign(UpdateFile(write(metadata)).signedMessage).hex
        return write(metadata)
    }

    /// Publishes a file and has it judged; what the journal then says.
    func judge(_ bytes: [UInt8]) async -> UpdateSummary? {
        let id = await routing.publish(bytes)
        await averager.admit(id)
        await averager.proposeIfDue()
        return await journal.summary(id)
    }
}
