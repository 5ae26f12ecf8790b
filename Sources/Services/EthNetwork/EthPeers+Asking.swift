public import EthProtocol
public import ExecutionChain
public import NodeRecords
public import Primitives

extension EthPeers {
    /// Asks a peer, and waits for its answer; `nil` when it is gone, busy or late, or who asks was cancelled.
    func question(_ id: NodeID, _ make: (UInt64) -> EthMessage) async -> EthMessage? {
        let now = now
        guard !Task.isCancelled, let entry = entries[id], entry.session.status != nil,
            let message = entries[id]?.session.open(make, now: now), let number = message.requestID
        else { return nil }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                entries[id]?.waiting[number] = continuation
                send(message, to: entry.peer, entry.session.version)
                Task {
                    try? await Task.sleep(for: .milliseconds(Int64(limits.timeout)))
                    self.expire(id)
                }
            }
        } onCancel: {
            Task { await self.giveUp(number, of: id) }
        }
    }

    /// Whether so much is open towards it that nothing more can be asked.
    func isBusy(_ id: NodeID) -> Bool { entries[id].map { $0.session.openQuestions >= limits.questions } ?? false }

    private func giveUp(_ question: UInt64, of id: NodeID) {
        entries[id]?.waiting.removeValue(forKey: question)?.resume(returning: nil)
    }

    func expire(_ id: NodeID) {
        let now = now
        for late in entries[id]?.session.expire(now: now) ?? [] { entries[id]?.waiting.removeValue(forKey: late)?.resume(returning: nil) }
    }

    /// Headers of a peer's chain, checked to follow each other as they were asked for; `nil` when it gives none, or others, which
    /// costs it the connection.
    public func headers(of id: NodeID, _ request: EthMessage.HeaderRequest) async -> [BlockHeader]? {
        guard case .blockHeaders(_, let headers)? = await question(id, { number in .getBlockHeaders(id: number, request) }) else {
            return nil
        }
        guard request.isAnswered(by: headers) else { return refuse(id, "headers that were not asked for") }
        return headers
    }

    /// Whole blocks of these headers, in their order, whose bodies have the headers' roots; `nil` when the peer gives none, or others,
    /// which costs it the connection. It may give fewer.
    public func blocks(of id: NodeID, _ headers: [BlockHeader]) async -> [Block]? {
        let hashes = headers.map { header in header.hash }
        guard case .blockBodies(_, let bodies)? = await question(id, { number in .getBlockBodies(id: number, hashes) }) else { return nil }
        var (blocks, rest) = ([Block](), headers[...])
        for body in bodies {
            // It may skip what it does not have.
            let roots = body.roots
            guard let place = rest.firstIndex(where: { roots.match($0) }) else { return refuse(id, "bodies that were not asked for") }
            blocks.append(body.block(header: rest[place]))
            rest = rest[(place + 1)...]
        }
        return blocks
    }

    private func refuse<Answer>(_ id: NodeID, _ reason: String) -> Answer? {
        punish(id, because: reason)
        return nil
    }
}
