import AckVoteService
import Averager
import ContentRouting
import Logging
import PeerIdentity
import ServiceInterfaces
import ServiceLifecycle

/// Judges updates with the gate, and gathers the validators' votes on them: of this process and of others.
struct AveragerRole: NodeRole {
    static let name = "averager"

    /// What the averager asks of a beacon node.
    typealias Chain = AckCommittees & BeaconChainReader & LearningMoves
    /// What it asks of the AI engine.
    typealias Engine = AdapterSource & CandidateFeed & LossEvaluator

    let ackVotes: AckVoteService
    let averager: Averager

    /// - Parameter signer: the validators of this process.
    init(
        setting: Averager.Setting, node: any Chain, signer: any AckSigner, engine: any Engine,
        updates: any UpdateRecords, routing: any LearningRouting, peerKey: PeerKeyPair
    ) {
        ackVotes = AckVoteService(local: signer, chain: node, logger: Logger(label: Self.name))
        averager = Averager(
            setting: setting, node: node, signer: ackVotes, evaluator: engine, adapters: engine, updates: updates,
            candidates: engine, routing: routing, peerKey: peerKey, logger: Logger(label: Self.name))
    }

    func workers() -> [any Service] { [TaskService(Self.name) { await averager.run() }] }
}
