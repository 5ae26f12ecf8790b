public import HivemindAveraging
public import HivemindDHT
import HivemindRPC
import HivemindWire
import LibP2P
public import MessagePack
import Multiformats
public import PeerIdentity

/// One round of averaging: it follows a leader that it finds in the DHT, sends its tensors to those who average, and takes back
/// what the averages differ by (`hivemind.averaging`, butterfly all-reduce). As a reducer it averages its own share for the group.
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
        /// How long a sender may keep the others waiting.
        public var senderPatience: Duration = .seconds(20)
        /// What the others are told of this node.
        public var gather = MessagePackValue.null
        /// How long somebody to follow is looked for.
        public var patience: Duration = .seconds(60)
        /// How long the sending and averaging may take.
        public var reducePatience: Duration = .seconds(60)

        public init(prefix: String, shapes: [[Int]]) { (self.prefix, self.shapes) = (prefix, shapes) }
    }

    public struct Outcome: Equatable, Sendable {
        /// The tensors' averages.
        public var tensors: [[Float]]
        public var group: AveragingGroup
        /// Numbers that nobody averaged.
        public var missing = 0
    }

    /// Seconds from now until which a leader's word of when it begins is believed.
    private static let horizon = 600.0
    /// Leaders that are asked before they are looked for again.
    private static let leadersAtOnce = 16
    /// Seconds that a leader may begin later than it said.
    private static let tolerance = 10.0
    /// Bytes of one message that comes in: a part and what is around it.
    private static let maximumMessage = 4 * GroupSplit.partBytes

    private let node: HivemindNode
    private let setting: Setting

    public init(_ node: HivemindNode, _ setting: Setting) { (self.node, self.setting) = (node, setting) }

    /// Averages FP32 tensors with whoever is looking for a group.
    ///
    /// - Throws: `RoundError` where no round comes about, or where a number of `tensors` is not finite.
    public func run(_ tensors: [[Float]]) async throws -> Outcome {
        precondition(tensors.map(\.count) == setting.shapes.map { $0.reduce(1, *) }, "tensors of other shapes than the round's")
        if let tensor = tensors.firstIndex(where: { !$0.allSatisfy(\.isFinite) }) { throw RoundError.notFinite(tensor: tensor) }
        let patience = setting.patience + setting.reducePatience
        let desk = setting.reduces ? ReducerDesk(node.host, setting.prefix, patience: patience) : nil
        defer { desk?.close() }
        let group = try await join()
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
                let reducer = PartReducer(lengths: parts.map(\.range.count), senders: group.senders)
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

    // MARK: Joining

    /// Follows whoever begins first, until one takes this node in.
    private func join() async throws -> AveragingGroup {
        let end = ContinuousClock.now + setting.patience
        var last: RoundError = .nobody
        while ContinuousClock.now < end {
            for (peer, begins) in await leaders() where ContinuousClock.now < end {
                do { return try await follow(peer, begins: begins, until: end) } catch {
                    try Task.checkCancellation()
                    last = error as? RoundError ?? .refused("\(error)")
                }
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw last
    }

    private var groupKey: String { setting.prefix + ".0b" }

    /// Averagers that look for a group, those first that begin first.
    private func leaders() async -> [(PeerID, Double)] {
        guard case .dictionary(let dictionary) = await node.get(DHTID(key: groupKey)) else { return [] }
        let now = node.currentTime
        let leaders = dictionary.entries.compactMap { entry -> (PeerID, Double)? in
            guard Self.believes(entry.expiration, now: now), (try? MessagePackValue(bytes: entry.value)) == .bool(true),
                let id = entry.subkey.value.binary, let multihash = Multihash(bytes: id)
            else { return nil }
            return (PeerID(multihash), entry.expiration)
        }
        return Array(leaders.filter { $0.0 != node.host.peerID }.sorted { $0.1 < $1.1 }.prefix(Self.leadersAtOnce))
    }

    /// Whether it is a time to wait for. Anybody may have written it: durations hold no number that is infinite, or far off.
    static func believes(_ begins: Double, now: Double) -> Bool { begins.isFinite && begins <= now + horizon }

    /// Asks one leader, and waits for its word to begin as long as it said, at most until `end`.
    private func follow(_ leader: PeerID, begins: Double, until end: ContinuousClock.Instant) async throws -> AveragingGroup {
        try await node.reach(leader)
        let patience = min(.seconds(max(0, begins - node.currentTime) + Self.tolerance), end - ContinuousClock.now)
        var call = try await StreamCall(
            node.host, leader, setting.prefix + "::" + JoinRequest.method, limit: Self.maximumMessage, patience: patience)
        let mode = setting.reduces ? AveragingMode.node : .client
        let gather = MessagePackValue.array([.null, .integer(Int64(mode.rawValue)), .binary(setting.gather.bytes)])
        let request = JoinRequest(
            schema: TensorSchema.hash(shapes: setting.shapes), expiration: begins + 1, gather: gather.bytes,
            isClient: !setting.reduces, groupKey: groupKey)
        try await call.send(request.bytes)
        try await call.end()
        while let bytes = try await call.next() {
            let message = try LeaderMessage(bytes: bytes)
            switch message.code {
            case .accepted: continue
            case .beginAllReduce: return try AveragingGroup(message, own: node.host.peerID, mode: mode)
            default: throw RoundError.refused("\(message.code)")
            }
        }
        throw RoundError.refused("nothing")
    }

    // MARK: Averaging

    /// This node's own numbers of its share, averaged with the others'; it takes no longer than `reducePatience`.
    private func reduce(
        _ parts: [GroupSplit.Part], of tensors: [[Float]], by reducer: PartReducer
    ) async -> [(GroupSplit.Part, [Float]?)] {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await reducer.watch(setting.senderPatience) }
            tasks.addTask {
                // Senders who each come just in time could draw it out without end.
                try? await Task.sleep(for: setting.reducePatience)
                await reducer.end()
            }
            var deltas: [(GroupSplit.Part, [Float]?)] = []
            for (number, part) in parts.enumerated() {
                let own = Array(tensors[part.tensor][part.range])
                let average = try? await reducer.add(own, part: number, weight: setting.weight, from: node.host.peerID)
                deltas.append((part, average.map { zip($0, own).map { $0 - $1 } }))
            }
            tasks.cancelAll()
            return deltas
        }
    }

    /// Sends parts to the peer that averages them; what each average differs by, `nil` where it did not come or is no number.
    private func exchange(
        _ parts: [GroupSplit.Part], of tensors: [[Float]], with peer: PeerID, _ groupID: [UInt8]
    ) async -> [(GroupSplit.Part, [Float]?)] {
        var deltas: [[Float]] = []
        do {
            try await node.reach(peer)
            var call = try await StreamCall(
                node.host, peer, setting.prefix + "::" + AveragingPart.method, limit: Self.maximumMessage, patience: setting.reducePatience)
            for (number, part) in parts.enumerated() {
                let tensor = try SerialisedTensor(Array(tensors[part.tensor][part.range]), compression: setting.compression)
                let message = AveragingPart(
                    number == 0 ? .partForAveraging : .none, groupID: number == 0 ? groupID : [], tensor: tensor, weight: setting.weight)
                try await call.send(message.bytes)
                // Who averages is answered part by part: nobody's window fills up with answers that are not read.
                guard setting.reduces else { continue }
                guard let delta = try await Self.answer(to: part, &call) else { break }
                deltas.append(delta)
            }
            try await call.end()
            // A client is answered once it has sent everything.
            for part in setting.reduces ? [] : parts {
                guard let delta = try await Self.answer(to: part, &call) else { break }
                deltas.append(delta)
            }
        } catch {
            node.log("a member of a group did not average its part", peer: peer, error)
        }
        return parts.enumerated().map { number, part in (part, number < deltas.count ? deltas[number] : nil) }
    }

    /// What the next answer's average differs by, or `nil` where it is none for this part.
    private static func answer(to part: GroupSplit.Part, _ call: inout StreamCall) async throws -> [Float]? {
        guard let bytes = try await call.next() else { return nil }
        let message = try AveragingPart(bytes: bytes)
        guard message.code == .averagedPart, let delta = try message.tensor?.numbers(), delta.count == part.range.count,
            delta.allSatisfy(\.isFinite)
        else { return nil }
        return delta
    }
}
