public import EngineTypes
public import JSON
import Primitives

extension Withdrawal {
    /// `WithdrawalV1`.
    public var engineJSON: JSONValue {
        [
            "index": .quantity(index), "validatorIndex": .quantity(validatorIndex), "address": .string(address.hex),
            "amount": .quantity(amount),
        ]
    }

    init(_ field: EngineField) throws(EngineWireError) {
        self.init(
            index: try field["index"].uint64(), validatorIndex: try field["validatorIndex"].uint64(),
            address: try field["address"].address(), amount: try field["amount"].uint64())
    }
}

extension [Withdrawal] {
    init(_ field: EngineField) throws(EngineWireError) {
        self = []
        for element in try field.elements(atMost: EngineLimits.withdrawals) { append(try Withdrawal(element)) }
    }
}
