import ExecutionChain
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces
import Transactions

extension EthereumMethods {
    /// Completes what a caller wants to sign: nonce, gas and prices, as geth's `eth_fillTransaction` does.
    func registerFillingMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("eth_fillTransaction") { parameters in
            try parameters.expect(atMost: 1)
            let wanted = try parameters.required(0)
            guard wanted["from"]?.string != nil else { throw RPCError.invalidParameters("from is needed, for the nonce") }
            var request = try CallObject.request(parameters, chainID: chain.chainID)
            if request.nonce == nil { request.nonce = try await nonce(of: request.from) }
            if request.gasPrice == nil, request.feeCap.isZero {
                let tip = try await tips.suggestion()
                guard let head = try await chain.wholeBlock(.latest) else { throw RPCError.server("header not found") }
                request.maxPriorityFeePerGas = tip
                request.maxFeePerGas = chain.rules.nextBaseFee(after: head.header) &* 2 &+ tip
            }
            let gas: UInt64
            if let given = request.gas {
                gas = given
            } else {
                do {
                    gas = try Self.held(try await chain.estimateGas(request, at: .latest, overrides: CallOverrides()))
                } catch let error as GasEstimateError {
                    throw CallFailure.error(error) ?? RPCError.internalError
                }
            }
            var transaction = request.transaction(gas: gas)
            transaction.chainID = chain.chainID
            transaction.nonce = request.nonce ?? 0
            let filled = RecoveredTransaction(transaction, sender: request.from, encoded: transaction.encoded)
            return ["raw": .data(transaction.encoded), "tx": TransactionObject.json(filled)]
        }
    }

    /// The account's next, behind what waits.
    private func nonce(of sender: Address) async throws -> UInt64 {
        if let next = await chain.nextNonce(of: sender) { return next }
        return try Self.held(try await chain.account(sender, at: .latest)).nonce
    }
}
