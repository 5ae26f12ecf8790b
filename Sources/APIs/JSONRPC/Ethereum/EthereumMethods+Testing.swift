import EngineTypes
import ExecutionChain
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces

extension EthereumMethods {
    /// Envelopes that one call may hand over.
    private static let mostTransactions = 10_000

    /// Methods for testers, which a node that serves others does not have.
    func registerTestingMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("testing_buildBlockV1") { parameters in
            try parameters.expect(atMost: 4)
            let parent = try parameters.hash(0)
            let attributes = try Self.attributes(try parameters.required(1))
            let transactions = try Self.transactions(parameters.optional(2))
            let extraData = parameters.optional(3) == nil ? [] : try parameters.data(3)
            guard extraData.count <= 32 else { throw RPCParameters.invalid(3, "extra data has at most 32 bytes") }
            do {
                let built = try Self.held(
                    try await chain.assemble(on: parent, attributes: attributes, transactions: transactions, extraData: extraData))
                return Self.json(built)
            } catch let error as BlockError {
                throw RPCError.server("\(error)")
            }
        }
    }

    private static func attributes(_ value: JSONValue) throws -> PayloadAttributes {
        func member(_ name: String) throws(RPCError) -> RPCParameters {
            guard let member = value[name] else { throw RPCParameters.invalid(1, "payload attributes need \(name)") }
            return RPCParameters([member])
        }
        return PayloadAttributes(
            timestamp: try member("timestamp").index(0), prevRandao: try member("prevRandao").hash(0),
            suggestedFeeRecipient: try member("suggestedFeeRecipient").address(0),
            withdrawals: try WithdrawalObject.list(try member("withdrawals").required(0), argument: 1),
            parentBeaconBlockRoot: try member("parentBeaconBlockRoot").hash(0), updateID: .zero)
    }

    /// `nil` for what the pool has.
    private static func transactions(_ value: JSONValue?) throws -> [[UInt8]]? {
        guard let value else { return nil }
        guard let list = value.array, list.count <= mostTransactions else {
            throw RPCParameters.invalid(2, "transactions are an array of at most \(mostTransactions), or null")
        }
        return try list.map { try RPCParameters([$0]).data(0) }
    }

    private static func json(_ built: BuiltBlock) -> JSONValue {
        [
            "executionPayload": payload(built.block), "blockValue": .quantity(built.value),
            "blobsBundle": ["commitments": [], "proofs": [], "blobs": []],
            "executionRequests": .array(built.requests.map { .data($0) }), "shouldOverrideBuilder": false,
        ]
    }

    /// `ExecutionPayloadV3`.
    private static func payload(_ block: Block) -> JSONValue {
        let header = block.header
        return [
            "parentHash": .data(header.parentHash), "feeRecipient": .data(header.coinbase), "stateRoot": .data(header.stateRoot),
            "receiptsRoot": .data(header.receiptsRoot), "logsBloom": .data(header.logsBloom.bytes),
            "prevRandao": .data(header.mixHash), "blockNumber": .quantity(header.number), "gasLimit": .quantity(header.gasLimit),
            "gasUsed": .quantity(header.gasUsed), "timestamp": .quantity(header.timestamp), "extraData": .data(header.extraData),
            "baseFeePerGas": .quantity(header.baseFeePerGas ?? .zero), "blockHash": .data(block.hash),
            "transactions": .array(block.transactions.map { .data($0) }),
            "withdrawals": .array((block.withdrawals ?? []).map(BlockObject.json)),
            "blobGasUsed": .quantity(header.blobGasUsed ?? 0), "excessBlobGas": .quantity(header.excessBlobGas ?? 0),
        ]
    }
}
