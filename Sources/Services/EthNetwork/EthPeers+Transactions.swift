import EthProtocol
import Logging
import NodeRecords
import Primitives
import RLPx
import RLPxHost
import Transactions

/// Transactions that peers announce.
extension EthPeers {
    /// Asks a peer for what it announced and is not here, by and by.
    func note(_ announced: [EthMessage.TransactionAnnouncement], of id: NodeID) {
        // Those with blobs travel with them, and no chain of this node's takes any.
        requests.add(announced.filter { $0.type != Transaction.Kind.blob.rawValue }.map { $0.hash }, of: id)
        fetch(of: id)
    }

    private func fetch(of id: NodeID) {
        guard let peer = entries[id]?.peer, entries[id]?.isFetching == false else { return }
        entries[id]?.isFetching = true
        Task { await self.fetchAll(of: peer) }
    }

    /// One question after the other, until nothing is left that only this peer may be asked for.
    private func fetchAll(of peer: RLPxPeer) async {
        let id = peer.nodeID
        while entries[id]?.peer === peer {
            let asked = requests.next(of: id)
            guard !asked.isEmpty else { break }
            var wanted: [Hash32] = []
            for hash in asked { if await answers.pool.envelope(hash) == nil { wanted.append(hash) } }
            if !wanted.isEmpty { await ask(peer, for: wanted) }
            // What it did not give may be asked of others who announced it.
            for other in requests.end(asked) where other != id || entries[id]?.peer !== peer { fetch(of: other) }
        }
        if entries[id]?.peer === peer { entries[id]?.isFetching = false }
    }

    private func ask(_ peer: RLPxPeer, for wanted: [Hash32]) async {
        guard
            case .pooledTransactions(_, let envelopes)? = await question(
                peer.nodeID, { [wanted] number in .getPooledTransactions(id: number, wanted) })
        else { return }
        do throws(EthError) {
            try await take(envelopes)
        } catch {
            logger.debug("A peer breaks the rules of eth", metadata: ["peer": "\(peer.endpoint)", "reason": "\(error)"])
            peer.disconnect(.protocolBreach)
        }
    }

    /// Takes what a peer sent into the pool.
    func take(_ envelopes: [[UInt8]]) async throws(EthError) {
        for envelope in envelopes { guard await answers.pool.take(envelope) else { throw .noTransaction } }
    }
}
