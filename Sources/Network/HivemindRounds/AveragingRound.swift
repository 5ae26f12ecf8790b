public import HivemindAveraging
public import HivemindDHT
import LibP2P
public import MessagePack
public import PeerIdentity

/// One round of averaging: it follows a leader that it finds in the DHT, or leads others, sends its tensors to those who average, and
/// takes back what the averages differ by (`hivemind.averaging`, butterfly all-reduce). As a reducer it averages its own share for the
/// group.
///
/// A member of the group that sends too little, too much, or what is no number, is left out: for its part the own numbers stay.
public struct AveragingRound: Sendable {
    public struct Setting: Sendable {
        /// The run's name, what Hivemind calls the averager's prefix.
        public var prefix: String
        public var shapes: [[Int]]
        public var compression = SerialisedTensor.Compression.none
        /// What the own numbers weigh in the average.
        public var weight = 1.0
        /// It averages a share for the group; without it, it is a client, as a machine must be that cannot be called.
        public var reduces = false
        /// It reduces, declares itself in the DHT, and leads whoever comes, unless it finds a leader that begins earlier.
        public var leads = false
        /// How long it waits for others as a leader before it begins with those who are there.
        public var matchmaking: Duration = .seconds(5)
        /// Members with which a leader begins at once, itself among them.
        public var groupSize = Self.largestGroup
        /// How this node averages its share, by who is in the group.
        public var rule: @Sendable (AveragingGroup) -> AveragingRule = { _ in .mean }
        /// How long a sender may keep the others waiting.
        public var senderPatience: Duration = .seconds(20)
        /// What the others are told of this node.
        public var gather = MessagePackValue.null
        /// How long a node that leads waits for another leader to say whether it takes it in: its own followers wait meanwhile.
        public var requestPatience: Duration = .seconds(3)
        /// How long somebody to follow is looked for.
        public var patience: Duration = .seconds(60)
        /// How long the sending and averaging may take.
        public var reducePatience: Duration = .seconds(60)

        /// Members of a group that this node leads at most.
        public static let largestGroup = 64

        public init(prefix: String, shapes: [[Int]]) { (self.prefix, self.shapes) = (prefix, shapes) }

        var mode: AveragingMode { reduces || leads ? .node : .client }
        /// What this node says of itself to its group.
        var word: MemberWord { MemberWord(mode, saying: gather) }
        /// Where those are declared who look for a group.
        var groupKey: String { prefix + ".0b" }
    }

    public struct Outcome: Equatable, Sendable {
        /// The tensors' averages.
        public var tensors: [[Float]]
        public var group: AveragingGroup
        /// Numbers that nobody averaged.
        public var missing = 0
    }

    /// Bytes of one message that comes in: a part and what is around it.
    static let maximumMessage = 4 * GroupSplit.partBytes

    let node: HivemindNode
    let setting: Setting

    public init(_ node: HivemindNode, _ setting: Setting) { (self.node, self.setting) = (node, setting) }

    /// Averages FP32 tensors with whoever is looking for a group.
    ///
    /// - Throws: `RoundError` where no round comes about, or where a number of `tensors` is not finite.
    public func run(_ tensors: [[Float]]) async throws -> Outcome {
        precondition(tensors.map(\.count) == setting.shapes.map { $0.reduce(1, *) }, "tensors of other shapes than the round's")
        if let tensor = tensors.firstIndex(where: { !$0.allSatisfy(\.isFinite) }) { throw RoundError.notFinite(tensor: tensor) }
        let patience = setting.patience + setting.reducePatience
        let desk = setting.mode == .node ? ReducerDesk(node.host, setting.prefix, patience: patience) : nil
        defer { desk?.close() }
        let (group, declared) = try await join()
        // Nobody waits for it: once the round is over it is cancelled.
        async let _ = withdraw(declared)
        guard let split = GroupSplit(counts: tensors.map(\.count), modes: group.modes, compression: setting.compression) else {
            throw RoundError.group("a compression that is not written here")
        }
        let outcome = Outcome(tensors: tensors, group: group)
        let own = node.host.peerID
        return await withTaskGroup(of: [(GroupSplit.Part, [Float]?)].self) { tasks in
            for (place, parts) in split.parts.enumerated() where !parts.isEmpty {
                guard group.peers[place] == own else {
                    tasks.addTask { await exchange(parts, of: tensors, with: group.peers[place], group.id) }
                    continue
                }
                let reducer = PartReducer(lengths: parts.map(\.range.count), senders: group.senders, rule: setting.rule(group))
                desk?.open(group, reducer)
                tasks.addTask { await reduce(parts, of: tensors, by: reducer) }
            }
            return await tasks.reduce(into: outcome) { outcome, deltas in
                for (part, delta) in deltas {
                    let sums = delta.map { zip(tensors[part.tensor][part.range], $0).map { $0 + $1 } }
                    // Two finite numbers may have a sum that is not.
                    guard let sums, sums.allSatisfy(\.isFinite) else {
                        outcome.missing += part.range.count
                        continue
                    }
                    outcome.tensors[part.tensor].replaceSubrange(part.range, with: sums)
                }
            }
        }
    }
}
