public import Primitives
import RLP

extension EVM {
    /// The address of a contract that `sender` creates with its nonce.
    public static func createAddress(_ sender: Address, nonce: UInt64) -> Address {
        let encoded = RLPEncoder.list { list in
            list.append(sender)
            list.append(nonce)
        }
        return Address(Keccak256.hash(encoded).bytes.suffix(20)) ?? .zero
    }

    /// The address of a contract made by CREATE2 (EIP-1014).
    public static func createAddress(_ sender: Address, salt: UInt256, initcode: [UInt8]) -> Address {
        let preimage = [0xff] + sender.bytes + salt.bigEndianHash.bytes + Keccak256.hash(initcode).bytes
        return Address(Keccak256.hash(preimage).bytes.suffix(20)) ?? .zero
    }
}
