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

    public init(_ field: EngineField) throws(EngineWireError) {
        self.init(
            timestamp: try field["timestamp"].uint64(), prevRandao: try field["prevRandao"].hash(),
            suggestedFeeRecipient: try field["suggestedFeeRecipient"].address(),
            withdrawals: try [Withdrawal](field["withdrawals"]),
            parentBeaconBlockRoot: try field["parentBeaconBlockRoot"].hash(), updateID: try field["updateId"].hash())
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
