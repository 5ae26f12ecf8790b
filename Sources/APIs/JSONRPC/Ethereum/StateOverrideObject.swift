import ExecutionChain
import JSON
import JSONRPCCore
import Primitives

/// Reads the state overrides of `eth_call`: by address `balance`, `nonce`, `code`, and `state` or `stateDiff`.
enum StateOverrideObject {
    static func read(_ value: JSONValue?, argument index: Int) throws(RPCError) -> [Address: StateOverride] {
        guard let value, !value.isNull else { return [:] }
        guard let members = value.object else { throw RPCParameters.invalid(index, "expected an object of overrides, found \(value.kind)") }
        var overrides: [Address: StateOverride] = [:]
        for member in members {
            overrides[try RPCParameters([.string(member.name)]).address(0)] = try override(member.value, argument: index)
        }
        return overrides
    }

    private static func override(_ value: JSONValue, argument index: Int) throws(RPCError) -> StateOverride {
        guard value.object != nil else { throw RPCParameters.invalid(index, "an override is an object, found \(value.kind)") }
        func member(_ name: String) -> RPCParameters? { value[name].flatMap { $0.isNull ? nil : RPCParameters([$0]) } }
        guard member("movePrecompileToAddress") == nil else { throw .server("this node does not move precompiles") }
        var override = StateOverride()
        override.balance = try member("balance")?.quantity256(0)
        override.nonce = try member("nonce")?.index(0)
        override.code = try member("code")?.data(0)
        switch (value["state"], value["stateDiff"]) {
        case (.object(let slots)?, nil):
            override.slots = try read(slots)
            override.replacesStorage = true
        case (nil, .object(let slots)?): override.slots = try read(slots)
        case (nil, nil): break
        case (.some, .some): throw RPCParameters.invalid(index, "account has both 'state' and 'stateDiff'")
        default: throw RPCParameters.invalid(index, "'state' and 'stateDiff' are objects of slots")
        }
        return override
    }

    private static func read(_ members: [JSONValue.Member]) throws(RPCError) -> [UInt256: UInt256] {
        var slots: [UInt256: UInt256] = [:]
        for member in members {
            let key = try RPCParameters([.string(member.name)]).hash(0)
            slots[UInt256(bigEndian: key)] = UInt256(bigEndian: try RPCParameters([member.value]).hash(0))
        }
        return slots
    }
}
