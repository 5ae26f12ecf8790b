import EVM
import Primitives
import RLP
import Secp256k1
import StateTrie
import Testing
import Transactions

/// Transactions that are none, or that no block takes: each is refused by its name, and the state stays.
@Suite struct BadTransactionTests {
    private static let to = Address([UInt8](repeating: 0x35, count: 20)) ?? .zero
    private let key: Secp256k1PrivateKey

    init() throws { key = try Secp256k1PrivateKey(Hash32(hex: String(repeating: "46", count: 32))) }

    private func refusal(_ encoded: [UInt8]) -> TransactionError? {
        do {
            _ = try Transaction(encoded: encoded)
            return nil
        } catch {
            return error
        }
    }

    @Test func whatIsNoTransaction() throws {
        #expect(refusal([]) == .empty)
        #expect(refusal([0x05, 0xc0]) == .unknownType(5))
        #expect(refusal([0x7f, 0xc0]) == .unknownType(0x7f))
        let signed = Transaction(chainID: 1, gasPrice: 1, to: Self.to).signed(by: key)
        // Bytes behind the end, a field too many, a field too few.
        #expect(refusal(signed.encoded + [0]) != nil)
        #expect(refusal(RLPEncoder.list { $0.append(UInt64(1)) }) != nil)
        // A nonce with a leading zero: not canonical.
        let padded = RLPEncoder.list { list in
            list.append(bytes: [0, 1])
            for _ in 0..<8 { list.append(UInt64(1)) }
        }
        guard case .malformed = refusal(padded) else {
            Issue.record("a padded nonce was accepted")
            return
        }
    }

    /// Lists in lists: refused without recursion to their depth.
    @Test func deepNesting() {
        var nested: [UInt8] = [0xc0]
        for _ in 0..<100_000 {
            if nested.count <= 55 {
                nested = [0xc0 + UInt8(nested.count)] + nested
            } else {
                break
            }
        }
        #expect(refusal([0x01] + nested) != nil)
        // A length that claims 2^64 - 1 bytes.
        #expect(refusal([0xff] + [UInt8](repeating: 0xff, count: 8)) != nil)
        #expect(refusal([0x02, 0xff] + [UInt8](repeating: 0xff, count: 8)) != nil)
    }

    @Test func signatures() throws {
        var transaction = Transaction(chainID: 1, gasPrice: 1, to: Self.to)
        #expect(throws: TransactionError.unsigned) { try transaction.sender() }
        transaction.signature = Secp256k1Signature(r: 0, s: 1, recoveryID: 0)
        #expect(throws: TransactionError.invalidSignature) { try transaction.sender() }
        transaction.signature = Secp256k1Signature(r: Secp256k1Signature.order, s: 1, recoveryID: 0)
        #expect(throws: TransactionError.invalidSignature) { try transaction.sender() }
        // The other s of a signature is refused since Homestead (EIP-2), and recovers the same sender before.
        var malleable = transaction.signed(by: key)
        let own = try #require(malleable.signature)
        malleable.signature = Secp256k1Signature(
            r: own.r, s: Secp256k1Signature.order &- own.s, recoveryID: own.recoveryID ^ 1)
        #expect(throws: TransactionError.invalidSignature) { try malleable.sender(.homestead) }
        #expect(try malleable.sender(.frontier) == key.address)
    }

    private func run(_ transaction: Transaction, _ revision: EVMRevision = .prague, available: UInt64? = nil) throws -> TransactionFailure?
    {
        var world = WorldState(database: StateNodes())
        world.setAccount(Account(nonce: 3, balance: 1 << 100), at: key.address)
        var evm = EVM(state: ExecutionState(reader: world), revision: revision, block: BlockContext(baseFee: 7))
        let signed = transaction.signed(by: key)
        do throws(TransactionFailure) {
            _ = try evm.applyTransaction(signed, sender: key.address, gasAvailable: available)
            return nil
        } catch {
            #expect(evm.state.nonce(key.address) == 3 && evm.state.balance(key.address) == 1 << 100)
            return error
        }
    }

    private func transfer(_ change: (inout Transaction) -> Void = { _ in }) -> Transaction {
        var transaction = Transaction(kind: .dynamicFee, chainID: 1, nonce: 3, gasPrice: 10, maxPriorityFeePerGas: 1, to: Self.to)
        change(&transaction)
        return transaction
    }

    @Test func whatABlockDoesNotTake() throws {
        #expect(try run(transfer()) == nil)
        #expect(try run(transfer { $0.chainID = 5 }) == .refused(.wrongChainID(expected: 1, actual: 5)))
        #expect(try run(transfer { $0.nonce = 2 }) == .refused(.nonceMismatch(expected: 3, actual: 2)))
        #expect(try run(transfer { $0.nonce = 4 }) == .refused(.nonceMismatch(expected: 3, actual: 4)))
        #expect(try run(transfer { $0.nonce = .max }) == .refused(.nonceIsMaximum))
        #expect(try run(transfer { $0.gasLimit = 20999 }) == .refused(.gasLimitBelowIntrinsic(needed: 21000, limit: 20999)))
        #expect(
            try run(transfer { $0.gasLimit = 30000 }, available: 29999) == .refused(.gasLimitAboveBlock(limit: 30000, available: 29999)))
        #expect(try run(transfer { $0.gasPrice = 6 }) == .refused(.feeBelowBaseFee))
        #expect(try run(transfer { $0.maxPriorityFeePerGas = 11 }) == .refused(.priorityFeeAboveMaxFee))
        #expect(try run(transfer { $0.gasPrice = .max }) == .refused(.costOverflow))
        #expect(try run(transfer { $0.value = .max }) == .refused(.costOverflow))
        guard case .refused(.insufficientFunds) = try run(transfer({ $0.value = 1 << 100 })) else {
            Issue.record("more than the balance was sent")
            return
        }
    }

    @Test func limitsOfTheirForks() throws {
        let initcode = transfer {
            $0.to = nil
            $0.data = [UInt8](repeating: 0, count: 49153)
            $0.gasLimit = 3_000_000
        }
        #expect(try run(initcode) == .refused(.initcodeTooLarge(49153)))
        #expect(try run(initcode, .paris) == nil)
        #expect(try run(transfer(), .berlin) == .refused(.typeNotYetValid(.dynamicFee)))
        #expect(try run(transfer { $0.kind = .blob }) == .refused(.noBlobs))
        #expect(try run(transfer { $0.kind = .setCode }) == .refused(.noAuthorizations))
        let blobs = transfer {
            $0.kind = .blob
            $0.maxFeePerBlobGas = 1
            $0.blobHashes = [Hash32.zero]
        }
        #expect(try run(blobs) == .refused(.unknownBlobVersion))
    }
}
