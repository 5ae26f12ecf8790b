import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces
import Transactions

extension EthereumMethods {
    /// The pool: what waits for a block, and the door into it.
    func registerPoolMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("eth_sendRawTransaction") { parameters in
            try parameters.expect(atMost: 1)
            let encoded = try parameters.data(0)
            do {
                return .data(try await chain.submit(encoded))
            } catch let error as TransactionRefused {
                throw RPCError.server(error.description)
            }
        }
        dispatcher.register("eth_sendTransaction") { _ in throw RPCError.server("unknown account") }
        dispatcher.register("eth_pendingTransactions") { parameters in
            try parameters.expect(atMost: 0)
            // Geth tells those of the node's own accounts, of which there are none.
            return []
        }
        dispatcher.register("txpool_status") { parameters in
            try parameters.expect(atMost: 0)
            let counts = await chain.poolCounts()
            return ["pending": .quantity(UInt64(counts.pending)), "queued": .quantity(UInt64(counts.queued))]
        }
        dispatcher.register("txpool_content") { parameters in
            try parameters.expect(atMost: 0)
            return Self.pool(await chain.poolContent()) { TransactionObject.json($0) }
        }
        dispatcher.register("txpool_inspect") { parameters in
            try parameters.expect(atMost: 0)
            return Self.pool(await chain.poolContent(), summary)
        }
        dispatcher.register("txpool_contentFrom") { parameters in
            try parameters.expect(atMost: 1)
            let sender = try parameters.address(0)
            let content = await chain.poolContent(of: sender)
            return [
                "pending": Self.byNonce(content.pending[sender] ?? []) { TransactionObject.json($0) },
                "queued": Self.byNonce(content.queued[sender] ?? []) { TransactionObject.json($0) },
            ]
        }
    }

    private static func pool(_ content: PoolContent, _ form: (RecoveredTransaction) -> JSONValue) -> JSONValue {
        ["pending": bySender(content.pending, form), "queued": bySender(content.queued, form)]
    }

    private static func bySender(
        _ transactions: [Address: [RecoveredTransaction]], _ form: (RecoveredTransaction) -> JSONValue
    ) -> JSONValue {
        .object(transactions.map { .init($0.key.checksummed, byNonce($0.value, form)) }.sorted { $0.name < $1.name })
    }

    private static func byNonce(_ transactions: [RecoveredTransaction], _ form: (RecoveredTransaction) -> JSONValue) -> JSONValue {
        .object(transactions.map { .init("\($0.transaction.nonce)", form($0)) })
    }

    /// One line about a transaction, as `txpool_inspect` writes it.
    private func summary(_ recovered: RecoveredTransaction) -> JSONValue {
        let transaction = recovered.transaction
        let target = transaction.to?.checksummed ?? "contract creation"
        return .string("\(target): \(transaction.value) wei + \(transaction.gasLimit) gas × \(transaction.maxFeePerGas) wei")
    }
}
