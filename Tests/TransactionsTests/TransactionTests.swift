import EVM
import Primitives
import RLP
import Secp256k1
import StateTrie
import Testing
import Transactions

@Suite struct TransactionTests {
    private static func key() throws -> Secp256k1PrivateKey {
        try Secp256k1PrivateKey(Hash32(hex: String(repeating: "46", count: 32)))
    }
    private static let to = Address([UInt8](repeating: 0x35, count: 20)) ?? .zero

    /// EIP-155's example, byte for byte.
    @Test func legacyExample() throws {
        let transaction = Transaction(
            chainID: 1, nonce: 9, gasPrice: 20_000_000_000, to: Self.to, value: 1_000_000_000_000_000_000)
        #expect(transaction.signingHash.hex == "0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53")
        let signed = transaction.signed(by: try Self.key())
        #expect(
            signed.encoded.bareHex
                == "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83"
        )
        #expect(try Transaction(encoded: signed.encoded) == signed)
    }

    @Test(arguments: Transaction.Kind.allCases) func everyTypeComesBackFromItsBytes(_ kind: Transaction.Kind) throws {
        var transaction = Transaction(
            kind: kind, chainID: 13337, nonce: 3, gasPrice: 9, maxPriorityFeePerGas: kind.rawValue >= 2 ? 2 : nil, gasLimit: 90000,
            to: Self.to, value: 5, data: [1, 0, 2])
        if kind != .legacy { transaction.accessList = [.init(address: Self.to, slots: [.zero, Keccak256.hash([1])])] }
        if kind == .blob {
            transaction.maxFeePerBlobGas = 7
            transaction.blobHashes = [Keccak256.hash([2])]
        }
        if kind == .setCode {
            let blank = Authorization(chainID: 0, address: Self.to, nonce: 1, yParity: 0, r: 0, s: 0)
            let signature = try Self.key().sign(blank.signingHash)
            transaction.authorizations = [
                Authorization(
                    chainID: 0, address: Self.to, nonce: 1, yParity: signature.recoveryID, r: signature.r, s: signature.s)
            ]
            #expect(transaction.authorizations[0].authority == (try Self.key().address))
        }
        let signed = transaction.signed(by: try Self.key())
        #expect(try Transaction(encoded: signed.encoded) == signed)
        #expect(try signed.sender() == Self.key().address)
        for end in 0..<signed.encoded.count {
            #expect(throws: TransactionError.self) { try Transaction(encoded: Array(signed.encoded[..<end])) }
        }
    }

    @Test func transferMovesValueAndPaysFees() throws {
        let key = try Self.key()
        var world = WorldState(database: StateNodes())
        world.setAccount(Account(balance: 1_000_000_000), at: key.address)
        let coinbase = Address([UInt8](repeating: 0x11, count: 20)) ?? .zero
        var evm = EVM(
            state: ExecutionState(reader: world), revision: .prague, block: BlockContext(coinbase: coinbase, baseFee: 7))
        let transaction = Transaction(
            kind: .dynamicFee, chainID: 1, gasPrice: 20, maxPriorityFeePerGas: 3, gasLimit: 30000, to: Self.to, value: 1000
        ).signed(by: key)
        let result = try evm.applyTransaction(transaction, sender: try transaction.sender())
        #expect(result.succeeded && result.gasUsed == 21000)
        #expect(evm.state.balance(Self.to) == 1000 && evm.state.balance(coinbase) == 63000)
        #expect(evm.state.balance(key.address) == UInt256(1_000_000_000 - 1000 - 210_000))
        #expect(throws: TransactionFailure.refused(.nonceMismatch(expected: 1, actual: 0))) {
            try evm.applyTransaction(transaction, sender: key.address)
        }
    }

    @Test func intrinsicGasByFork() {
        let creation = Transaction(to: nil, data: [0, 1, 0])
        #expect(creation.intrinsicGas(.frontier) == 21000 + 4 + 4 + 68)
        #expect(creation.intrinsicGas(.homestead) == 53000 + 8 + 68)
        #expect(creation.intrinsicGas(.istanbul) == 53000 + 8 + 16)
        #expect(creation.intrinsicGas(.shanghai) == 53000 + 8 + 16 + 2)
        #expect(creation.floorGas(.prague) == 21000 + 60 && creation.floorGas(.cancun) == 0)
    }
}
