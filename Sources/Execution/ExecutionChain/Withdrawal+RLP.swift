public import EngineTypes
public import Primitives
import RLP

extension Withdrawal {
    /// [index, validator index, address, amount in Gwei] (EIP-4895).
    public var encoded: [UInt8] {
        RLPEncoder.list { list in
            list.append(index)
            list.append(validatorIndex)
            list.append(address)
            list.append(amount)
        }
    }

    /// Reads all items of `fields`.
    init(_ fields: inout RLPDecoder) throws(RLPError) {
        self.init(index: 0, validatorIndex: 0, address: .zero, amount: 0)
        index = try fields.uint64()
        validatorIndex = try fields.uint64()
        address = try fields.address()
        amount = try fields.uint64()
        try fields.finish()
    }

    /// The amount in wei.
    public var wei: UInt256 { UInt256(amount) &* UInt256(PolChain.weiPerGwei) }
}
