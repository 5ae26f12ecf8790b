import Primitives
import Testing

@testable import StateTrie

@Suite("World state")
struct WorldStateTests {
    let alice = Address([UInt8](repeating: 0xaa, count: 20)) ?? .zero
    let bob = Address([UInt8](repeating: 0xbb, count: 20)) ?? .zero

    @Test("accounts, storage and code come back after commit")
    func roundTrip() throws {
        var nodes = StateNodes()
        var state = WorldState(database: StateNodes())
        try state.addBalance(100, to: alice)
        try state.setCode([0x60, 0x00], at: bob)
        try state.setStorage(7, at: bob, slot: .zero)
        #expect(try state.code(bob) == [0x60, 0x00])
        #expect(try state.storage(bob, slot: .zero) == 7)
        let root = try state.commit(into: &nodes)
        var again = WorldState(root: root, database: nodes)
        #expect(try again.balance(alice) == 100)
        #expect(try again.account(bob)?.hasCode == true)
        #expect(try again.code(bob) == [0x60, 0x00])
        #expect(try again.storage(bob, slot: .zero) == 7)
        #expect(try again.storage(alice, slot: .zero) == 0)
        // Back to where the account had no storage: the same root as if it never had any.
        try again.setStorage(0, at: bob, slot: .zero)
        let cleared = try again.commit(into: &nodes)
        #expect(cleared != root)
        #expect(try WorldState(root: cleared, database: nodes).account(bob)?.storageRoot == MerklePatriciaTrie.emptyRoot)
    }

    @Test("the order of changes does not matter, and a removed account leaves no trace")
    func order() throws {
        var nodes = StateNodes()
        var one = WorldState(database: StateNodes())
        try one.addBalance(1, to: alice)
        try one.addBalance(2, to: bob)
        var other = WorldState(database: StateNodes())
        try other.addBalance(2, to: bob)
        try other.addBalance(1, to: alice)
        let root = try one.commit(into: &nodes)
        #expect(try other.commit(into: &nodes) == root)
        var third = WorldState(root: root, database: nodes)
        third.removeAccount(bob)
        third.removeAccount(alice)
        #expect(try third.commit(into: &nodes) == MerklePatriciaTrie.emptyRoot)
    }

    @Test("crediting nothing creates no account (EIP-161)")
    func emptyCredit() throws {
        var nodes = StateNodes()
        var state = WorldState(database: StateNodes())
        try state.addBalance(0, to: alice)
        #expect(try state.account(alice) == nil)
        #expect(try state.commit(into: &nodes) == MerklePatriciaTrie.emptyRoot)
    }

    @Test("a balance cannot overflow")
    func overflow() throws {
        var state = WorldState(database: StateNodes())
        try state.addBalance(.max, to: alice)
        #expect(throws: StateTrieError.balanceOutOfRange(alice)) { try state.addBalance(1, to: alice) }
    }

    @Test("a removed and re-created account starts with empty storage")
    func recreated() throws {
        var nodes = StateNodes()
        var state = WorldState(database: StateNodes())
        try state.addBalance(1, to: alice)
        try state.setStorage(5, at: alice, slot: .zero)
        var next = WorldState(root: try state.commit(into: &nodes), database: nodes)
        #expect(try next.storage(alice, slot: .zero) == 5)
        next.removeAccount(alice)
        try next.addBalance(1, to: alice)
        #expect(try next.storage(alice, slot: .zero) == 0)
        let last = WorldState(root: try next.commit(into: &nodes), database: nodes)
        #expect(try last.account(alice) == Account(balance: 1))
    }

    @Test("an account's RLP: the wiki's empty account, and refusals")
    func accountEncoding() throws {
        let empty = Account()
        #expect(
            empty.encoded.bareHex == "f8448080a056e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
                + "a0c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
        #expect(try Account(encoded: empty.encoded) == empty)
        #expect(throws: (any Error).self) { _ = try Account(encoded: [0xc0]) }
        #expect(throws: (any Error).self) { _ = try Account(encoded: empty.encoded + [0]) }
    }
}
