public import Primitives

/// What the execution and the consensus layer of this chain both hold.
public enum PolChain {
    /// The execution chain's id (EIP-155), which is the deposit chain's in the consensus configuration.
    public static let chainID: UInt64 = 13_337
    /// The deposit contract (`DEPOSIT_CONTRACT_ADDRESS`), as the `minimal` configuration has it.
    public static let depositContract =
        Address(storage: [
            0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34, 0x56, 0x78, 0x90,
        ])
    /// No seal is easier than this many expected Ethash evaluations (`MIN_DIFFICULTY`).
    public static let minimumDifficulty: UInt64 = 64
    /// Wei in one Gwei.
    public static let weiPerGwei: UInt64 = 1_000_000_000
}
