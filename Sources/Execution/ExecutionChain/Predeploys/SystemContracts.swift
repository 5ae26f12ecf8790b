public import Primitives

/// Contracts that every block calls by itself before or after its transactions.
public enum SystemContracts {
    /// EIP-4788: parent beacon block roots, since Cancun.
    public static let beaconRoots = address(0x000f_3df6, 0xd732_807e_f131_9fb7, 0xb8bb_8522_d0be_ac02)
    /// EIP-2935: block hashes, since Prague.
    public static let history = address(0x0000_f908, 0x27f1_c53a_10cb_7a02, 0x335b_1753_2000_2935)
    /// EIP-7002: withdrawal requests, since Prague.
    public static let withdrawalRequests = address(0x0000_0961, 0xef48_0eb5_5e80_d19a, 0xd835_79a6_4c00_7002)
    /// EIP-7251: consolidation requests, since Prague.
    public static let consolidationRequests = address(0x0000_bbdd, 0xc7ce_4886_42fb_579f, 0x8b00_f3a5_9000_7251)

    /// Ethereum's deposit contract on its main network, whose logs are requests since Prague (EIP-6110).
    public static let mainnetDeposits = address(0x0000_0000, 0x219a_b540_356c_bb83, 0x9cbe_0530_3d77_05fa)

    /// The contracts that a block under `fork` calls.
    public static func called(under fork: ExecutionFork) -> [Address] {
        if fork >= .prague { return [beaconRoots, history, withdrawalRequests, consolidationRequests] }
        return fork >= .cancun ? [beaconRoots] : []
    }

    private static func address(_ high: UInt32, _ middle: UInt64, _ low: UInt64) -> Address {
        Address(high.bigEndianBytes + middle.bigEndianBytes + low.bigEndianBytes) ?? .zero
    }
}
