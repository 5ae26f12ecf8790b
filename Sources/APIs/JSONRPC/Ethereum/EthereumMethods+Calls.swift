import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces

extension EthereumMethods {
    /// What a call to an account without code gives: nothing, for the gas that every transaction costs. Code is not run.
    func registerCallMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("eth_call") { parameters in
            try parameters.expect(atMost: 4)
            _ = try await callee(parameters)
            return "0x"
        }
        dispatcher.register("eth_estimateGas") { parameters in
            try parameters.expect(atMost: 4)
            return .quantity(Self.intrinsicGas(try await callee(parameters)))
        }
        dispatcher.register("eth_getStorageAt") { parameters in
            try parameters.expect(atMost: 3)
            let slot = try parameters.data(1, padded: true)
            guard slot.count <= 32 else { throw RPCParameters.invalid(1, "storage key too long (want at most 32 bytes)") }
            guard try await account(parameters, block: 2).code.isEmpty else {
                throw RPCError.server("this node does not give contracts' storage yet")
            }
            return .data(Hash32.zero)
        }
    }

    /// What a call to an account without code costs.
    func plainCallGas(_ parameters: RPCParameters) async throws -> UInt64 { Self.intrinsicGas(try await callee(parameters)) }

    /// The call's data, once it is known that no code would run.
    private func callee(_ parameters: RPCParameters) async throws -> [UInt8] {
        let call = try parameters.required(0)
        guard call.object != nil else { throw RPCParameters.invalid(0, "expected a transaction object, found \(call.kind)") }
        let data = try (call["input"] ?? call["data"]).flatMap(\.string).map { try RPCParameters.data($0, argument: 0) } ?? []
        guard let to = call["to"]?.string else {
            guard data.isEmpty else { throw RPCError.server("this node does not run code yet") }
            return data
        }
        let account = try await account(RPCParameters([.string(to)] + parameters.values.dropFirst().prefix(1)), block: 1)
        guard account.code.isEmpty else { throw RPCError.server("this node does not run code yet") }
        return data
    }

    /// EIP-2028 with the floor of EIP-7623.
    private static func intrinsicGas(_ data: [UInt8]) -> UInt64 {
        let zeros = UInt64(data.count { $0 == 0 })
        let tokens = zeros + 4 * (UInt64(data.count) - zeros)
        return 21_000 + 10 * tokens
    }
}
