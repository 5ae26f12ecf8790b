import JSON
import Primitives
import ServiceInterfaces
import Transactions

/// What happened, in the form in which subscribers are told; written once for all of them.
enum SubscriptionNews: Sendable {
    /// Headers, the oldest first.
    case heads([[UInt8]])
    /// Logs in their order, each beside its text. Those of blocks that the chain left come first, the newest first.
    case logs([(log: FoundLog, text: [UInt8])])
    case pending([(hash: [UInt8], full: [UInt8])])
    case syncing([UInt8])

    /// The results that a subscription is sent.
    func results(for kind: Subscription.Kind) -> [[UInt8]] {
        switch (self, kind) {
        case (.heads(let headers), .heads): headers
        case (.logs(let logs), .logs(let search, let first, let last)):
            logs.filter { entry in
                entry.log.number >= first ?? 0 && entry.log.number <= last ?? .max && search.matches(entry.log.log)
            }.map(\.text)
        case (.pending(let transactions), .pendingTransactions(let full)): transactions.map { full ? $0.full : $0.hash }
        case (.syncing(let text), .syncing): [text]
        default: []
        }
    }

    /// `eth_subscription`, as geth sends it.
    static func notification(_ id: String, _ result: [UInt8]) -> [UInt8] {
        Array(#"{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"\#(id)","result":"#.utf8) + result + Array("}}".utf8)
    }

    static func syncing(_ progress: ExecutionSyncProgress?) -> Self {
        guard let progress else { return .syncing(JSONValue.bool(false).utf8) }
        let status: JSONValue = [
            "startingBlock": .quantity(progress.startingBlock), "currentBlock": .quantity(progress.currentBlock),
            "highestBlock": .quantity(progress.highestBlock),
        ]
        return .syncing((["syncing": true, "status": status] as JSONValue).utf8)
    }

    static func pending(_ transactions: [RecoveredTransaction]) -> Self {
        .pending(transactions.map { (JSONValue.data($0.hash).utf8, TransactionObject.json($0).utf8) })
    }
}

extension BlockObject {
    private static let bodyMembers: Set = ["size", "transactions", "uncles", "withdrawals"]

    /// A header as `newHeads` sends it: the block without what a header has not.
    static func header(_ block: ExecutionBlock) -> JSONValue {
        .object(members(block, transactions: []).filter { !bodyMembers.contains($0.name) })
    }
}
