import EVM
import Primitives
import Secp256k1
import Testing
import Transactions

@testable import TransactionPool

@Suite("What a pool takes")
struct AdmissionTests {
    @Test("by nonce: what follows is pending, what has a gap waits until the gap is filled")
    func nonces() throws {
        var fixture = try PoolFixture()
        #expect(try fixture.add(fixture.transaction(nonce: 5), nonce: 5).isPending)
        #expect(try !fixture.add(fixture.transaction(nonce: 8), nonce: 5).isPending)
        #expect(try !fixture.add(fixture.transaction(nonce: 7), nonce: 5).isPending)
        #expect(fixture.pool.nextNonce(of: fixture.address(0)) == 6)
        #expect(fixture.pool.queued(of: fixture.address(0)).map(\.transaction.nonce) == [7, 8])
        #expect(try fixture.add(fixture.transaction(nonce: 6), nonce: 5).isPending)
        #expect(fixture.pool.nextNonce(of: fixture.address(0)) == 9)
        #expect(fixture.pool.pending(of: fixture.address(0)).map(\.transaction.nonce) == [5, 6, 7, 8])
        #expect(fixture.pool.pendingCount == 4 && fixture.pool.count == 4)
        #expect(fixture.pool.nextNonce(of: fixture.address(1)) == nil)
        #expect(fixture.pool.transaction(of: fixture.address(0), nonce: 7)?.transaction.nonce == 7)
    }

    @Test("a replacement raises both prices by a tenth")
    func replacement() throws {
        var fixture = try PoolFixture()
        let first = fixture.transaction(cap: 100, tip: 10)
        try fixture.add(first)
        #expect(fixture.refusal(first) == "already known")
        for (cap, tip) in [(100, 10), (109, 11), (110, 10), (200, 10), (100, 50)] as [(UInt256, UInt256)] {
            #expect(
                fixture.refusal(fixture.transaction(cap: cap, tip: tip) { $0.value = 2 }) == "replacement transaction underpriced",
                "\(cap) \(tip)")
        }
        let second = fixture.transaction(cap: 110, tip: 11)
        #expect(try fixture.add(second) == .init(isPending: true, removed: [first.hash]))
        #expect(fixture.pool.count == 1 && fixture.pool.transaction(first.hash) == nil && fixture.pool.transaction(second.hash) == second)
        // The smallest prices there are still have to rise.
        try fixture.add(fixture.transaction(1, cap: 1, tip: 1))
        #expect(fixture.refusal(fixture.transaction(1, cap: 1, tip: 1) { $0.value = 2 }) == "replacement transaction underpriced")
        try fixture.add(fixture.transaction(1, cap: 2, tip: 2))
    }

    @Test("what is refused is refused in Geth's words")
    func words() throws {
        var fixture = try PoolFixture()
        let cases: [(String, (inout Transaction) -> Void)] = [
            ("intrinsic gas too low: gas 20999, minimum needed 21000", { $0.gasLimit = 20999 }),
            ("invalid chain id for signer: have 1 want 13337", { $0.chainID = 1 }),
            ("exceeds block gas limit: gas 30000001, limit 30000000", { $0.gasLimit = 30_000_001 }),
            ("max priority fee per gas higher than max fee per gas", { $0.maxPriorityFeePerGas = 101 }),
            ("nonce has max value", { $0.nonce = .max }),
            ("transaction gas price below minimum: gas tip cap 0, minimum needed 1", { $0.maxPriorityFeePerGas = 0 }),
            (
                "max initcode size exceeded: code size 49153, limit 49152",
                {
                    $0.to = nil
                    $0.data = [UInt8](repeating: 0, count: 49153)
                    $0.gasLimit = 5_000_000
                }
            ),
            ("insufficient funds for gas * price + value: the cost has more than 256 bits", { $0.value = .max }),
            (
                "transaction type not supported: type 3 is not accepted by this chain's pool",
                {
                    $0.kind = .blob
                    $0.blobHashes = [Hash32([1] + [UInt8](repeating: 0, count: 31)) ?? .zero]
                }
            ),
            ("set code tx must have at least one authorization tuple", { $0.kind = .setCode }),
        ]
        for (words, change) in cases { #expect(fixture.refusal(fixture.transaction(0, change)) == words) }
        let plain = fixture.transaction()
        #expect(fixture.refusal(plain, AccountStanding(nonce: 3, balance: 1 << 80)) == "nonce too low: next nonce 3, tx nonce 0")
        #expect(
            fixture.refusal(plain, AccountStanding(balance: 2_100_000))
                == "insufficient funds for gas * price + value: balance 2100000, tx cost 2100001, overshot 1")
        #expect(fixture.refusal(plain, AccountStanding(balance: 1 << 80, code: .contract)) == "sender not an eoa")
        let large = fixture.transaction {
            $0.data = [UInt8](repeating: 0, count: 128 << 10)
            $0.gasLimit = 20_000_000
        }
        #expect(fixture.refusal(large) == "oversized data: transaction size \(large.encoded.count), limit 131072")
        #expect(fixture.pool.count == 0 && fixture.pool.slots == 0)
        // An old chain without type 2.
        fixture.pool.head.revision = .berlin
        #expect(fixture.refusal(plain)?.hasPrefix("transaction type not supported: type 2") == true)
    }

    @Test("a sender cannot promise more than it has")
    func cumulativeFunds() throws {
        var fixture = try PoolFixture()
        // Each costs 2,100,001 at most.
        try fixture.add(fixture.transaction(nonce: 0), balance: 4_200_002)
        try fixture.add(fixture.transaction(nonce: 1), balance: 4_200_002)
        #expect(
            fixture.refusal(fixture.transaction(nonce: 2), AccountStanding(balance: 4_200_002))
                == "insufficient funds for gas * price + value: balance 4200002, queued cost 4200002, tx cost 2100001, overshot 2100001")
        // A dearer one may replace as long as the sum fits.
        #expect(
            fixture.refusal(fixture.transaction(nonce: 1, cap: 110, tip: 11), AccountStanding(balance: 4_200_002))
                == "insufficient funds for gas * price + value: balance 4200002, queued cost 2100001, tx cost 2310001, overshot 210000")
        try fixture.add(fixture.transaction(nonce: 1, cap: 110, tip: 11), balance: 4_410_002)
    }

    @Test("a delegated account has one transaction under way")
    func delegated() throws {
        var fixture = try PoolFixture()
        let standing = AccountStanding(nonce: 1, balance: 1 << 80, code: .delegation)
        #expect(fixture.refusal(fixture.transaction(nonce: 2), standing) == "gapped-nonce tx from delegated accounts")
        try fixture.pool.add(fixture.transaction(nonce: 1), of: standing)
        #expect(
            fixture.refusal(fixture.transaction(nonce: 2), standing) == "in-flight transaction limit reached for delegated accounts")
        try fixture.pool.add(fixture.transaction(nonce: 1, cap: 200, tip: 20), of: standing)
    }

    @Test("an account whose code a waiting transaction sets has one transaction under way")
    func authorities() throws {
        var fixture = try PoolFixture()
        func consent(_ account: Int) -> Authorization {
            var consent = Authorization(chainID: 13337, address: PoolFixture.to, nonce: 0, yParity: 0, r: 0, s: 0)
            let signature = fixture.keys[account].sign(consent.signingHash)
            (consent.yParity, consent.r, consent.s) = (signature.recoveryID, signature.r, signature.s)
            return consent
        }
        func delegating(_ account: Int, to authority: Int, nonce: UInt64 = 0, cap: UInt256 = 100, tip: UInt256 = 10) -> RecoveredTransaction
        {
            let authorization = consent(authority)
            return fixture.transaction(account, nonce: nonce, cap: cap, tip: tip) {
                $0.kind = .setCode
                $0.authorizations = [authorization]
                $0.gasLimit = 100_000
            }
        }
        try fixture.add(delegating(0, to: 1))
        #expect(fixture.pool.authorities == [fixture.address(1): 1])
        #expect(fixture.refusal(fixture.transaction(1, nonce: 1)) == "gapped-nonce tx from delegated accounts")
        try fixture.add(fixture.transaction(1, nonce: 0))
        #expect(fixture.refusal(fixture.transaction(1, nonce: 1)) == "in-flight transaction limit reached for delegated accounts")
        try fixture.add(fixture.transaction(2, nonce: 0))
        try fixture.add(fixture.transaction(2, nonce: 1))
        #expect(fixture.refusal(delegating(3, to: 2)) == "authority already reserved: \(fixture.address(2))")
        // A replacement that sets nobody's code sets the account free.
        try fixture.add(fixture.transaction(0, cap: 200, tip: 20))
        #expect(fixture.pool.authorities.isEmpty)
        try fixture.add(fixture.transaction(1, nonce: 1))
        try fixture.add(delegating(3, to: 0))
        _ = fixture.pool.reset(to: PoolFixture.head) { _ in AccountStanding(nonce: 9, balance: 1 << 80) }
        #expect(fixture.pool.authorities.isEmpty && fixture.pool.count == 0)
    }

    /// What a stranger may send: never a crash, never two encodings, and a pool that holds exactly what it took.
    @Test("cut and flipped transactions are errors or other transactions")
    func mutations() throws {
        var random = SystemRandomNumberGenerator()
        let fixture = try PoolFixture()
        let seeds = Transaction.Kind.allCases.map { kind in
            fixture.transaction(0) {
                $0.kind = kind
                if kind != .legacy { $0.accessList = [.init(address: PoolFixture.to, slots: [.zero])] }
                if kind == .blob { $0.blobHashes = [Hash32([1] + [UInt8](repeating: 0, count: 31)) ?? .zero] }
                if kind == .setCode {
                    $0.authorizations = [Authorization(chainID: 0, address: PoolFixture.to, nonce: 0, yParity: 1, r: 1, s: 1)]
                }
                $0.gasLimit = 100_000
            }.encoded
        }
        var read = 0
        for seed in seeds {
            for index in seed.indices {
                var bytes = seed
                bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                #expect(throws: (any Error).self) { try Transaction(encoded: Array(seed.prefix(index))) }
                guard let transaction = try? Transaction(encoded: bytes) else { continue }
                read += 1
                #expect(transaction.encoded == bytes)
                var pool = TransactionPool(head: PoolFixture.head)
                let flipped = RecoveredTransaction(transaction, sender: PoolFixture.to, encoded: bytes)
                let admission = try? pool.add(flipped, of: AccountStanding(nonce: transaction.nonce & 3, balance: .max))
                #expect(pool.count == (admission == nil ? 0 : 1) && pool.slots == pool.count)
                for revision in EVMRevision.allCases { try? transaction.validateAlone(revision, chainID: 13337) }
            }
        }
        #expect(read > 100)
    }
}
