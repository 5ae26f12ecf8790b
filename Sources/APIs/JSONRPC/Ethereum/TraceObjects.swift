import EVM
import ExecutionChain
import JSON
import JSONRPCCore
import Primitives
import StateTrie
import Transactions

/// The struct logger's answer.
enum StructLogObject {
    /// - Throws: where the trace is longer than this node holds; one that ends at the caller's own limit is whole.
    static func json(_ traced: TracedTransaction, _ options: StructLogger.Options) throws(RPCError) -> JSONValue {
        let logger = traced.tracer as? StructLogger
        let entries = logger?.entries ?? []
        guard logger?.isCut != true || (options.limit > 0 && entries.count >= options.limit) else { throw .traceTooLong }
        let result = traced.result
        let output = result.succeeded || result.failure == .reverted ? result.output : []
        return [
            "gas": JSONValue(result.gasUsed), "failed": .bool(!result.succeeded), "returnValue": .data(output),
            "structLogs": .array(entries.map { json($0, options) }),
        ]
    }

    private static func json(_ entry: StructLogger.Entry, _ options: StructLogger.Options) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("pc", JSONValue(entry.pc)), .init("op", .string(name(entry.opcode))), .init("gas", JSONValue(entry.gas)),
            .init("gasCost", JSONValue(entry.gasCost)), .init("depth", JSONValue(entry.depth)),
        ]
        if let failure = entry.failure { members.append(.init("error", .string(CallFailure.error(failure, output: []).message))) }
        if options.stack { members.append(.init("stack", .array(entry.stack.map { .quantity($0) }))) }
        if !entry.returnData.isEmpty { members.append(.init("returnData", .data(entry.returnData))) }
        if !entry.memory.isEmpty {
            let words = stride(from: 0, to: entry.memory.count, by: 32).map {
                JSONValue.data(entry.memory[$0..<min($0 + 32, entry.memory.count)])
            }
            members.append(.init("memory", .array(words)))
        }
        if let storage = entry.storage {
            let slots = storage.sorted { $0.key.hex < $1.key.hex }
            members.append(.init("storage", .object(slots.map { .init($0.key.hex, .data($0.value)) })))
        }
        if entry.refund != 0 { members.append(.init("refund", JSONValue(entry.refund))) }
        return .object(members)
    }

    private static func name(_ byte: UInt8) -> String {
        guard let opcode = Opcode(rawValue: byte) else { return "opcode 0x\(String(byte, radix: 16)) not defined" }
        let name = opcode.mnemonic
        return name.hasPrefix("UNDEFINED") ? "opcode 0x\(String(byte, radix: 16)) not defined" : name
    }
}

extension RPCError {
    static var traceTooLong: RPCError { .server("the trace is longer than this node answers; ask for a part of it") }
}

/// The call tracer's answer.
enum CallTraceObject {
    /// - Throws: where calls were left out.
    static func json(_ traced: TracedTransaction) throws(RPCError) -> JSONValue {
        guard let tracer = traced.tracer as? CallTracer, var call = tracer.call else { return .null }
        guard !tracer.isCut else { throw .traceTooLong }
        // The outermost call has the transaction's gas, with what it paid before its first instruction.
        call.gas = traced.transaction.gasLimit
        call.gasUsed = traced.result.gasUsed
        return json(call)
    }

    private static func json(_ call: CallTracer.Call) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("from", .data(call.from)), .init("gas", .quantity(call.gas)), .init("gasUsed", .quantity(call.gasUsed)),
        ]
        let isFailedCreation = call.failure != nil && call.kind.hasPrefix("CREATE")
        if !isFailedCreation { members.append(.init("to", .data(call.to))) }
        members.append(.init("input", .data(call.input)))
        if !call.output.isEmpty { members.append(.init("output", .data(call.output))) }
        if let failure = call.failure {
            // Geth tells the reason of a revert apart from the error.
            members.append(.init("error", .string(CallFailure.error(failure, output: []).message)))
            if failure == .reverted, let reason = RevertReason.text(call.output) { members.append(.init("revertReason", .string(reason))) }
        }
        if !call.calls.isEmpty { members.append(.init("calls", .array(call.calls.map(json)))) }
        if !call.logs.isEmpty { members.append(.init("logs", .array(call.logs.map(json)))) }
        if call.kind != "STATICCALL" { members.append(.init("value", .quantity(call.value))) }
        members.append(.init("type", .string(call.kind)))
        return .object(members)
    }

    private static func json(_ entry: (log: Log, position: Int)) -> JSONValue {
        [
            "address": .data(entry.log.address), "topics": .array(entry.log.topics.map { .data($0) }), "data": .data(entry.log.data),
            "position": .quantity(UInt64(entry.position)),
        ]
    }
}

/// The prestate tracer's answer: the accounts that a transaction touched, before it, or what it made of them.
struct PrestateObject {
    let traced: TracedTransaction
    let coinbase: Address
    let withCode: Bool
    let withStorage: Bool

    func json(isDiff: Bool) throws -> JSONValue {
        guard let touched = traced.tracer as? TouchTracer, let before = traced.before, let after = traced.after else { return .null }
        var addresses = touched.accounts.union([coinbase, traced.sender])
        addresses.formUnion(traced.transaction.authorizations.compactMap(\.authority))
        let sorted = addresses.sorted { $0.hex < $1.hex }
        guard isDiff else {
            return .object(
                try sorted.compactMap { address in
                    guard let account = try before.account(address) else { return nil }
                    return .init(address.hex, .object(try members(account, address, in: before, slots: touched.slots[address] ?? [])))
                })
        }
        var (pre, post): ([JSONValue.Member], [JSONValue.Member]) = ([], [])
        for address in sorted {
            let (old, new) = (try before.account(address), try after.account(address))
            let slots = try (touched.slots[address] ?? []).filter { slot in
                try before.storage(address, slot: slot) != after.storage(address, slot: slot)
            }
            guard old != new || !slots.isEmpty else { continue }
            if let old { pre.append(.init(address.hex, .object(try members(old, address, in: before, slots: slots)))) }
            if let new { post.append(.init(address.hex, .object(try changes(from: old, to: new, address, after: after, slots: slots)))) }
        }
        return ["pre": .object(pre), "post": .object(post)]
    }

    private func members(_ account: Account, _ address: Address, in state: WorldState, slots: Set<Hash32>) throws -> [JSONValue.Member] {
        var members: [JSONValue.Member] = [.init("balance", .quantity(account.balance))]
        if withCode, account.hasCode {
            members.append(.init("code", .data(try state.code(address))))
            members.append(.init("codeHash", .data(account.codeHash)))
        }
        if account.nonce != 0 { members.append(.init("nonce", JSONValue(account.nonce))) }
        return members + (try storage(address, in: state, slots: slots))
    }

    /// Only what is other than before.
    private func changes(
        from old: Account?, to new: Account, _ address: Address, after: WorldState, slots: Set<Hash32>
    ) throws -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if old?.balance != new.balance { members.append(.init("balance", .quantity(new.balance))) }
        if withCode, old?.codeHash != new.codeHash, new.hasCode { members.append(.init("code", .data(try after.code(address)))) }
        if old?.nonce != new.nonce { members.append(.init("nonce", JSONValue(new.nonce))) }
        return members + (try storage(address, in: after, slots: slots))
    }

    private func storage(_ address: Address, in state: WorldState, slots: Set<Hash32>) throws -> [JSONValue.Member] {
        guard withStorage, !slots.isEmpty else { return [] }
        let values = try slots.sorted { $0.hex < $1.hex }.map { slot in
            JSONValue.Member(slot.hex, .data(try state.storage(address, slot: slot).bigEndianHash))
        }
        return [.init("storage", .object(values))]
    }
}
