public import EngineTypes
public import JSON
import Primitives

extension ExecutionPayload {
    /// `ExecutionPayloadV3` with the members `difficulty` (QUANTITY) and `powNonce` (8 bytes) of this chain's seal.
    public var engineJSON: JSONValue { engineJSON(.own) }

    /// The payload with the members of `form`.
    public func engineJSON(_ form: EngineForm) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("parentHash", .string(parentHash.hex)), .init("feeRecipient", .string(feeRecipient.hex)),
            .init("stateRoot", .string(stateRoot.hex)), .init("receiptsRoot", .string(receiptsRoot.hex)),
            .init("logsBloom", .data(logsBloom.bytes)), .init("prevRandao", .string(prevRandao.hex)),
            .init("blockNumber", .quantity(blockNumber)), .init("gasLimit", .quantity(gasLimit)), .init("gasUsed", .quantity(gasUsed)),
            .init("timestamp", .quantity(timestamp)), .init("extraData", .data(extraData)),
            .init("baseFeePerGas", .quantity(baseFeePerGas)), .init("blockHash", .string(blockHash.hex)),
            .init("transactions", .array(transactions.map { .data($0) })),
        ]
        if form.version >= .v2 { members.append(.init("withdrawals", .array(withdrawals.map(\.engineJSON)))) }
        if form.version >= .v3 {
            members += [.init("blobGasUsed", .quantity(blobGasUsed)), .init("excessBlobGas", .quantity(excessBlobGas))]
        }
        if form.hasSeal { members += [.init("difficulty", .quantity(difficulty)), .init("powNonce", .data(powNonce.bytes))] }
        return .object(members)
    }

    /// Reads what ``engineJSON(_:)`` writes, and no member of a later version.
    public init(_ field: EngineField, _ form: EngineForm = .own) throws(EngineWireError) {
        self.init()
        parentHash = try field["parentHash"].hash()
        feeRecipient = try field["feeRecipient"].address()
        stateRoot = try field["stateRoot"].hash()
        receiptsRoot = try field["receiptsRoot"].hash()
        logsBloom = LogsBloom(try field["logsBloom"].data(exactly: 256)) ?? LogsBloom()
        prevRandao = try field["prevRandao"].hash()
        blockNumber = try field["blockNumber"].uint64()
        gasLimit = try field["gasLimit"].uint64()
        gasUsed = try field["gasUsed"].uint64()
        timestamp = try field["timestamp"].uint64()
        extraData = try field["extraData"].data(atMost: EngineLimits.extraData)
        baseFeePerGas = try field["baseFeePerGas"].uint256()
        blockHash = try field["blockHash"].hash()
        transactions = []
        for element in try field["transactions"].elements(atMost: EngineLimits.transactions) {
            transactions.append(try element.data(atMost: EngineLimits.messageBytes))
        }
        try readLaterMembers(field, form)
    }
    private mutating func readLaterMembers(_ field: EngineField, _ form: EngineForm) throws(EngineWireError) {
        if form.version >= .v2 { withdrawals = try [Withdrawal](field["withdrawals"]) } else { try field.refuse("withdrawals") }
        if form.version >= .v3 {
            blobGasUsed = try field["blobGasUsed"].uint64()
            excessBlobGas = try field["excessBlobGas"].uint64()
        } else {
            try field.refuse("blobGasUsed", "excessBlobGas")
        }
        guard form.hasSeal else { return }
        difficulty = try field["difficulty"].uint256()
        powNonce = try field["powNonce"].bytes8()
    }
}
