import HivemindAveraging
import HivemindDHT
import HivemindRPC
import HivemindWire
import LibP2P
import PeerIdentity

/// Sending parts, and taking them in.
extension AveragingRound {
    /// This node's own numbers of its share, averaged with the others'; it takes no longer than `reducePatience`.
    func reduce(
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
    func exchange(
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
                guard setting.mode == .node else { continue }
                guard let delta = try await Self.answer(to: part, &call) else { break }
                deltas.append(delta)
            }
            try await call.end()
            // A client is answered once it has sent everything.
            for part in setting.mode == .node ? [] : parts {
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
