public import JSON
public import Primitives
import StateTrie

/// An account of an `alloc` object: the state before or after a transition.
public struct TransitionAccount: Equatable, Sendable {
    public var nonce: UInt64 = 0
    public var balance = UInt256.zero
    public var code: [UInt8] = []
    public var storage: [UInt256: UInt256] = [:]

    init() {}

    init(_ json: JSONValue) throws {
        nonce = try json["nonce"]?.uint64() ?? 0
        balance = try json["balance"]?.uint256() ?? .zero
        code = try json["code"]?.bytes() ?? []
        for slot in json["storage"]?.object ?? [] {
            storage[try JSONValue.string(slot.name).uint256()] = try slot.value.uint256()
        }
    }

    /// Geth's form: what is zero or empty is left out, except for the balance.
    var json: JSONValue {
        var members: [JSONValue.Member] = []
        if !code.isEmpty { members.append(.init("code", .string(code.hex))) }
        let slots = storage.filter { !$0.value.isZero }.sorted { $0.key < $1.key }
        if !slots.isEmpty {
            members.append(
                .init("storage", .object(slots.map { .init($0.key.bigEndianHash.hex, .string($0.value.bigEndianHash.hex)) })))
        }
        members.append(.init("balance", .string(balance.quantityHex)))
        if nonce != 0 { members.append(.init("nonce", .string(UInt256(nonce).quantityHex))) }
        return .object(members)
    }

    static func read(_ json: JSONValue) throws -> [Address: TransitionAccount] {
        var accounts: [Address: TransitionAccount] = [:]
        for member in json.object ?? [] {
            accounts[try JSONValue.string(member.name).address()] = try TransitionAccount(member.value)
        }
        return accounts
    }

    static func json(_ accounts: [Address: TransitionAccount]) -> JSONValue {
        .object(accounts.sorted { $0.key.hex < $1.key.hex }.map { .init($0.key.hex, $0.value.json) })
    }

    /// The state of such accounts, written to `nodes`.
    static func world(_ accounts: [Address: TransitionAccount], nodes: inout StateNodes) throws -> WorldState {
        var world = WorldState(database: StateNodes())
        for (address, account) in accounts {
            world.setAccount(Account(nonce: account.nonce, balance: account.balance), at: address)
            if !account.code.isEmpty { try world.setCode(account.code, at: address) }
            for (slot, value) in account.storage { try world.setStorage(value, at: address, slot: slot.bigEndianHash) }
        }
        return WorldState(root: try world.commit(into: &nodes), database: nodes)
    }
}
