public import EVM
public import Primitives
public import Secp256k1

extension Transaction {
    /// The transaction with the signature of `key`.
    public func signed(by key: Secp256k1PrivateKey) -> Transaction {
        var copy = self
        copy.signature = key.sign(signingHash)
        return copy
    }

    /// The account that signed. `revision` says which s are allowed (EIP-2).
    public func sender(_ revision: EVMRevision = .prague) throws(TransactionError) -> Address {
        guard let signature else { throw .unsigned }
        guard revision < .homestead || signature.s <= Secp256k1Signature.halfOrder else { throw .invalidSignature }
        do {
            return try signature.recover(signingHash).address
        } catch {
            throw .invalidSignature
        }
    }
}
