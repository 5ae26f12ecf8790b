public import EngineTypes
public import JSON
import Primitives

extension ForkchoiceState {
    /// `ForkchoiceStateV1`.
    public var engineJSON: JSONValue {
        [
            "headBlockHash": .string(headBlockHash.hex), "safeBlockHash": .string(safeBlockHash.hex),
            "finalizedBlockHash": .string(finalizedBlockHash.hex),
        ]
    }

    public init(_ field: EngineField) throws(EngineWireError) {
        self.init(
            headBlockHash: try field["headBlockHash"].hash(), safeBlockHash: try field["safeBlockHash"].hash(),
            finalizedBlockHash: try field["finalizedBlockHash"].hash())
    }
}

extension PayloadAttributes {
    /// `PayloadAttributesV3` with the member `updateId` of this chain.
    public var engineJSON: JSONValue {
        [
            "timestamp": .quantity(timestamp), "prevRandao": .string(prevRandao.hex),
            "suggestedFeeRecipient": .string(suggestedFeeRecipient.hex), "withdrawals": .array(withdrawals.map(\.engineJSON)),
            "parentBeaconBlockRoot": .string(parentBeaconBlockRoot.hex), "updateId": .string(updateID.hex),
        ]
    }

    /// Reads attributes with the members of `form`, and no member of a later version.
    public init(_ field: EngineField, _ form: EngineForm = .own) throws(EngineWireError) {
        if form.version < .v2 { try field.refuse("withdrawals") }
        if form.version < .v3 { try field.refuse("parentBeaconBlockRoot") }
        self.init(
            timestamp: try field["timestamp"].uint64(), prevRandao: try field["prevRandao"].hash(),
            suggestedFeeRecipient: try field["suggestedFeeRecipient"].address(),
            withdrawals: form.version >= .v2 ? try [Withdrawal](field["withdrawals"]) : [],
            parentBeaconBlockRoot: form.version >= .v3 ? try field["parentBeaconBlockRoot"].hash() : .zero,
            updateID: form.hasSeal ? try field["updateId"].hash() : .zero)
    }
}

extension ForkchoiceUpdated {
    /// The result of `engine_forkchoiceUpdatedV3`.
    public var engineJSON: JSONValue {
        ["payloadStatus": payloadStatus.engineJSON, "payloadId": payloadID.map { .data($0.bytes) } ?? .null]
    }

    public init(_ field: EngineField) throws(EngineWireError) {
        self.init(
            payloadStatus: try PayloadStatus(field["payloadStatus"]), payloadID: try field.optional("payloadId")?.bytes8())
    }
}
