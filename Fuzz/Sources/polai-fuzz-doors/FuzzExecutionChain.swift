import EngineTypes
import Primitives
import ServiceInterfaces

/// Ten blocks and one account, for the JSON-RPC door.
struct FuzzExecutionChain: ExecutionChainReader {
    let chainID: UInt64 = 13337

    private static func block(_ number: UInt64) -> ExecutionBlock {
        var payload = ExecutionPayload()
        payload.blockNumber = number
        payload.blockHash = Keccak256.hash([UInt8(number)])
        payload.transactions = [[0x02, 0xc0], [0xc0]]
        payload.withdrawals = [Withdrawal(index: 0, validatorIndex: .max, address: .zero, amount: .max)]
        payload.difficulty = .max
        return ExecutionBlock(
            payload: payload, transactionsRoot: .zero, withdrawalsRoot: .zero, parentBeaconBlockRoot: .zero, requestsHash: .zero, size: 9)
    }

    func block(_ id: ExecutionBlockID) async throws -> ExecutionBlock? {
        switch id {
        case .earliest: Self.block(0)
        case .latest: Self.block(9)
        case .safe, .finalized: Self.block(4)
        case .number(let number): number < 10 ? Self.block(number) : nil
        case .hash(let hash): hash == Keccak256.hash([3]) ? Self.block(3) : nil
        }
    }

    func isCanonical(_ blockHash: Hash32) async throws -> Bool { true }
    func account(_ address: Address, at id: ExecutionBlockID) async throws -> ExecutionAccount? {
        ExecutionAccount(balance: .max, nonce: .max, code: [1, 2])
    }
    func syncProgress() async -> ExecutionSyncProgress? { nil }
    func peerCount() async -> Int { 3 }
    func sealing() async -> (isActive: Bool, hashesPerSecond: UInt64) { (true, .max) }
}
