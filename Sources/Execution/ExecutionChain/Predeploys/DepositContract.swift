public import EngineTypes
public import Primitives

/// The deposit contract, Ethereum's own, by which validators join. Its logs are the block's deposit requests (EIP-6110).
public enum DepositContract {
    /// Where this project's chain has it from genesis on.
    public static let address = PolChain.depositContract
    /// Gas that a deposit needs at most: 32 slots written and hashes along the tree.
    public static let gasLimit: UInt64 = 200_000

    /// `zero_hashes` stands after `branch` (32 slots) and `deposit_count`.
    private static let firstZeroHashSlot: UInt64 = 33
    private static let depth: UInt64 = 32

    /// The account before the first block, as the constructor leaves it: the roots of empty subtrees are stored.
    static var allocation: Genesis.Allocation {
        var storage: [Hash32: UInt256] = [:]
        var root = Hash32.zero
        for height in 1..<depth {
            root = SHA256.hash(root.bytes + root.bytes)
            storage[UInt256(firstZeroHashSlot + height).bigEndianHash] = UInt256(bigEndianBytes: root.bytes[...])
        }
        return Genesis.Allocation(balance: .zero, nonce: 1, code: code, storage: storage)
    }

    /// Calldata of `deposit(bytes pubkey, bytes withdrawal_credentials, bytes signature, bytes32 deposit_data_root)`.
    ///
    /// - Parameter dataRoot: `hash_tree_root` of the `DepositData`, which the contract makes itself and compares.
    public static func call(pubkey: Bytes48, withdrawalCredentials: Hash32, signature: Bytes96, dataRoot: Hash32) -> [UInt8] {
        let selector = Array(Keccak256.hash(Array("deposit(bytes,bytes,bytes,bytes32)".utf8)).bytes.prefix(4))
        var (head, tail): ([UInt8], [UInt8]) = ([], [])
        for part in [pubkey.bytes, withdrawalCredentials.bytes, signature.bytes] {
            head += word(4 * 32 + tail.count)
            tail += word(part.count) + part
            tail += [UInt8](repeating: 0, count: (32 - part.count % 32) % 32)
        }
        return selector + head + dataRoot.bytes + tail
    }

    private static func word(_ number: Int) -> [UInt8] { UInt256(UInt64(number)).bigEndianHash.bytes }
}
