import EVM
import EngineTypes
import ExecutionChain
import Primitives
import ServiceInterfaces
import TestSupport
import Testing
import Transactions

@testable import ExecutionNode

@Suite("Deposits through a node")
struct DepositTests {
    private let account: TestAccount
    private let pubkey = Bytes48([UInt8](repeating: 0xa1, count: 48)) ?? Bytes48()
    private let credentials = Hash32([UInt8](repeating: 0x01, count: 32)) ?? .zero
    private let signature = Bytes96([UInt8](repeating: 0xb2, count: 96)) ?? Bytes96()

    init() throws { account = try TestAccount(1) }

    /// `hash_tree_root(DepositData)` by hand: the contract makes it itself and refuses another.
    private func dataRoot(gwei: UInt64) -> Hash32 {
        func pair(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { SHA256.hash(left + right).bytes }
        let zeros = [UInt8](repeating: 0, count: 32)
        let key = SHA256.hash(pubkey.bytes + [UInt8](repeating: 0, count: 16)).bytes
        let parts = signature.bytes
        let signatureRoot = pair(pair(Array(parts[..<32]), Array(parts[32..<64])), pair(Array(parts[64...]), zeros))
        let amount = Array(gwei.bigEndianBytes.reversed()) + [UInt8](repeating: 0, count: 24)
        return SHA256.hash(pair(key, credentials.bytes) + pair(amount, signatureRoot))
    }

    private func deposit(nonce: UInt64, gwei: UInt64, root: Hash32? = nil) -> Transaction {
        account.transaction(nonce: nonce, to: DepositContract.address) {
            $0.gasLimit = DepositContract.gasLimit
            $0.value = UInt256(gwei) &* 1_000_000_000
            $0.data = DepositContract.call(
                pubkey: pubkey, withdrawalCredentials: credentials, signature: signature, dataRoot: root ?? dataRoot(gwei: gwei))
        }
    }

    private func contractRoot(_ node: ExecutionNode) async throws -> String {
        var request = CallRequest()
        request.to = DepositContract.address
        request.data = Array(Keccak256.hash(Array("get_deposit_root()".utf8)).bytes.prefix(4))
        return try #require(await node.call(request, at: .latest, overrides: CallOverrides())).output.hex
    }

    @Test("the genesis contract's root is that of no deposit")
    func emptyRoot() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory)
        // The known first root of Ethereum's contract: of 32 levels of nothing, with the length 0.
        #expect(try await contractRoot(test.node) == "0xd70a234731285c6804c2a4f56711ddb8c82c99740f207854891028af34e27e5e")
    }

    @Test("deposits are requests of their block, in the contract's order; a wrong root is reverted and asks for nothing")
    func requests() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory, funded: [account.address])
        for transaction in [
            deposit(nonce: 0, gwei: 32_000_000_000), deposit(nonce: 1, gwei: 1_000_000_000, root: .zero),
            deposit(nonce: 2, gwei: 1_000_000_000),
        ] { _ = try await test.node.submit(transaction.encoded) }
        let answer = try await test.follow(test.genesisHash, attributes: TestNode.attributes(slot: 1))
        let built = try await test.node.getPayload(#require(answer.payloadID))
        func request(gwei: UInt64, index: UInt8) -> [UInt8] {
            pubkey.bytes + credentials.bytes + gwei.bigEndianBytes.reversed() + signature.bytes + [index, 0, 0, 0, 0, 0, 0, 0]
        }
        let expected = [0] + request(gwei: 32_000_000_000, index: 0) + request(gwei: 1_000_000_000, index: 1)
        #expect(built.executionRequests == [expected])
        let status = try await test.node.newPayload(
            built.payload, parentBeaconBlockRoot: TestNode.beaconRoot, executionRequests: built.executionRequests)
        #expect(status == .valid(built.payload.blockHash))
        let without = try await test.submit(built.payload)
        #expect(without.status == .invalid)
        _ = try await test.follow(built.payload.blockHash)
        let receipts = try #require(await test.node.receipts(of: built.payload.blockHash))
        #expect(receipts.map(\.outcome) == [.status(true), .status(false), .status(true)])
        #expect(receipts.allSatisfy { $0.cumulativeGasUsed < 3 * DepositContract.gasLimit })
        let stake = try await test.node.account(DepositContract.address, at: .latest)?.balance
        #expect(stake == UInt256(33_000_000_000) &* 1_000_000_000)
    }
}
