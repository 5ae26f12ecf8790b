import Averager
import ContentRouting
import Logging
import PeerIdentity
import ServiceInterfaces
import ServiceLifecycle

/// Judges updates with the gate, and has the validators vote on them.
struct AveragerRole: NodeRole {
    static let name = "averager"

    /// What the averager asks of a beacon node.
    typealias Chain = AckCommittees & LearningMoves
    /// What it asks of the AI engine.
    typealias Engine = AdapterSource & CandidateFeed & LossEvaluator

    let averager: Averager

    /// - Parameter signer: has the validators vote, those of this process and of others.
    init(
        setting: Averager.Setting, node: any Chain, signer: any AckSigner, engine: any Engine,
        updates: any UpdateNotes, routing: any LearningRouting, peerKey: PeerKeyPair
    ) {
        averager = Averager(
            setting: setting, node: node, signer: signer, evaluator: engine, adapters: engine, updates: updates,
            candidates: engine, routing: routing, peerKey: peerKey, logger: Logger(label: Self.name))
    }

    func workers() -> [any Service] { [TaskService(Self.name) { await averager.run() }] }
}
