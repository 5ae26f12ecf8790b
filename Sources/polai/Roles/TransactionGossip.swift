import ContentRouting
import ExecutionNode
import ServiceInterfaces
import Transactions

/// Transactions go from node to node: what one takes into its pool, the others hear and take into theirs, so that whoever
/// proposes next has it.
struct TransactionGossip {
    /// EIP-2718 envelopes.
    static let topic = Topic("transaction")

    let pool: ExecutionNode
    let topics: any MessageTopics

    /// Tells and hears transactions until cancelled.
    func run() async {
        await pool.setTransactionObserver { [topics] in
            // Who cannot be reached hears of it in a block.
            try? await topics.publish($0, on: Self.topic)
        }
        // A message was taken in when it was judged; the subscription lasts as long as somebody reads.
        for await _ in await topics.subscribe(Self.topic, validate: { await judge($0.data) }) {}
    }

    /// What no pool could take is its sender's fault; what this pool does not take may be right for another.
    func judge(_ data: [UInt8]) async -> MessageVerdict {
        guard (try? RecoveredTransaction(encoded: data)) != nil else { return .reject }
        do {
            _ = try await pool.submit(data)
            return .accept
        } catch {
            return .ignore
        }
    }
}
