import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces
import StateTrie

extension EthereumMethods {
    /// Slots that one call asks for, as in geth.
    private static let mostSlots = 1024

    /// Proofs of accounts (EIP-1186), and the values of many slots at once.
    func registerProofMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("eth_getProof") { parameters in
            try parameters.expect(atMost: 3)
            let address = try parameters.address(0)
            let keys = try Self.slots(try parameters.required(1), argument: 1)
            let block = try await knownBlock(parameters, 2)
            let proof = try Self.held(try await chain.proof(of: address, slots: keys.map(\.slot), at: block))
            return Self.json(proof, of: address, keys: keys)
        }
        dispatcher.register("eth_getStorageValues") { parameters in
            try parameters.expect(atMost: 2)
            let value = try parameters.required(0)
            guard let members = value.object else { throw RPCParameters.invalid(0, "expected an object, found \(value.kind)") }
            var wanted: [(name: String, address: Address, slots: [Hash32])] = []
            for member in members {
                let address = try RPCParameters([.string(member.name)]).address(0)
                wanted.append((member.name, address, try Self.slots(member.value, argument: 0).map(\.slot)))
            }
            let count = wanted.reduce(0) { $0 + $1.slots.count }
            guard count > 0 else { throw RPCError.invalidParameters("empty request") }
            guard count <= Self.mostSlots else {
                throw RPCError.invalidParameters("too many slots: \(count), at most \(Self.mostSlots)")
            }
            let block = try await knownBlock(parameters, 1)
            var answers: [JSONValue.Member] = []
            for (name, address, slots) in wanted {
                var values: [JSONValue] = []
                for slot in slots {
                    values.append(.data(try Self.held(try await chain.storage(address, slot: slot, at: block)).bigEndianHash))
                }
                answers.append(.init(name, .array(values)))
            }
            return .object(answers)
        }
    }

    /// Slots with the form in which the answer names them: a whole word as it came, a shorter one as a number.
    private static func slots(_ value: JSONValue, argument index: Int) throws -> [(slot: Hash32, name: JSONValue)] {
        guard let list = value.array else { throw RPCParameters.invalid(index, "expected an array of slots, found \(value.kind)") }
        guard list.count <= mostSlots else { throw RPCError.invalidParameters("too many slots: \(list.count), at most \(mostSlots)") }
        return try list.map { element in
            let slot = try slot(RPCParameters([element]), 0)
            let isWhole = element.string?.utf8.count == 66
            return (slot, isWhole ? .data(slot) : .quantity(UInt256(bigEndian: slot)))
        }
    }

    private static func json(_ proof: AccountProof, of address: Address, keys: [(slot: Hash32, name: JSONValue)]) -> JSONValue {
        let slots: [JSONValue] = zip(proof.slots, keys).map { slot, key in
            ["key": key.name, "value": .quantity(slot.value), "proof": .array(slot.nodes.map { .data($0) })]
        }
        return [
            "address": .data(address), "accountProof": .array(proof.nodes.map { .data($0) }),
            "balance": .quantity(proof.account.balance), "codeHash": .data(proof.account.codeHash),
            "nonce": .quantity(proof.account.nonce), "storageHash": .data(proof.account.storageRoot), "storageProof": .array(slots),
        ]
    }
}
