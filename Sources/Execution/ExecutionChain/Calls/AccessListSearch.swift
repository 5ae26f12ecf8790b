public import EVM
public import Primitives
public import StateTrie
public import Transactions

/// What a call touches, and what it comes to when that is paid for beforehand (EIP-2930).
public struct AccessListOutcome: Sendable {
    public var accessList: [Transaction.AccessEntry]
    public var gasUsed: UInt64
    public var failure: EVMFailure?
    public var output: [UInt8]
}

extension CallEnvironment {
    /// How often a list may change what a call touches.
    private static let attempts = 32

    /// The access list of a call: run with it, the call touches nothing else. As in Geth, what is warm anyway is left out. What was
    /// found so far is the answer of a search that is interrupted.
    public func accessList(_ request: CallRequest, gas: UInt64) throws(TransactionFailure) -> AccessListOutcome {
        var request = request
        var touched = TouchedState()
        for entry in request.accessList ?? [] { touched.insert(entry) }
        var outcome = AccessListOutcome(accessList: [], gasUsed: 0, failure: nil, output: [])
        for _ in 0..<Self.attempts {
            request.accessList = touched.list
            var tracer: (any Tracer)? = AccessListTracer(touched: touched, warm: try warmAddresses(request))
            let result = try run(
                request.transaction(gas: gas), sender: request.from, paysNothing: request.feeCap.isZero, tracer: &tracer)
            outcome = AccessListOutcome(
                accessList: touched.list, gasUsed: result.gasUsed, failure: result.failure, output: result.output)
            guard let found = (tracer as? AccessListTracer)?.touched, found != touched, !isInterrupted else { break }
            touched = found
        }
        return outcome
    }

    /// Addresses whose first access costs nothing more: the call's ends and the precompiled contracts.
    private func warmAddresses(_ request: CallRequest) throws(TransactionFailure) -> Set<Address> {
        let revision = execution.config.fork(number: header.number, timestamp: header.timestamp).revision
        var warm = Set(EVM.precompiles(revision))
        warm.insert(request.from)
        if let to = request.to {
            warm.insert(to)
            return warm
        }
        do {
            warm.insert(EVM.createAddress(request.from, nonce: try account(request.from).nonce))
        } catch {
            throw .state(error)
        }
        return warm
    }
}

/// Accounts and slots, each once, in the order in which they were first touched.
struct TouchedState: Equatable, Sendable {
    private(set) var list: [Transaction.AccessEntry] = []
    private var positions: [Address: Int] = [:]
    private var slots: Set<Slot> = []

    private struct Slot: Hashable, Sendable {
        var address: Address
        var key: Hash32
    }

    mutating func insert(_ entry: Transaction.AccessEntry) {
        insert(entry.address)
        for slot in entry.slots { insert(entry.address, slot) }
    }

    mutating func insert(_ address: Address) {
        guard positions[address] == nil else { return }
        positions[address] = list.count
        list.append(Transaction.AccessEntry(address: address, slots: []))
    }

    mutating func insert(_ address: Address, _ slot: Hash32) {
        insert(address)
        guard slots.insert(Slot(address: address, key: slot)).inserted, let position = positions[address] else { return }
        list[position].slots.append(slot)
    }
}

/// Notes what instructions touch.
private struct AccessListTracer: Tracer {
    var touched: TouchedState
    let warm: Set<Address>

    mutating func step(_ step: TraceStep) {
        switch Opcode(rawValue: step.opcode) {
        case .sload, .sstore: if let key = step.stack.last { touched.insert(step.address, key.bigEndianHash) }
        case .balance, .extcodesize, .extcodecopy, .extcodehash, .selfdestruct: if let word = step.stack.last { insert(word) }
        case .call, .callcode, .delegatecall, .staticcall: if step.stack.count >= 5 { insert(step.stack[step.stack.count - 2]) }
        default: break
        }
    }

    private mutating func insert(_ word: UInt256) {
        guard let address = Address(word.bigEndianHash.bytes.suffix(20)), !warm.contains(address) else { return }
        touched.insert(address)
    }
}
