import EngineTypes
import JSON
import JSONRPCCore

/// Reads withdrawals in the form in which blocks show them.
enum WithdrawalObject {
    /// Withdrawals of one block at most.
    private static let most = 1024

    static func list(_ value: JSONValue, argument index: Int) throws(RPCError) -> [Withdrawal] {
        guard let list = value.array, list.count <= most else {
            throw RPCParameters.invalid(index, "withdrawals must be an array of at most \(most)")
        }
        var withdrawals: [Withdrawal] = []
        for element in list { withdrawals.append(try one(element, argument: index)) }
        return withdrawals
    }

    private static func one(_ value: JSONValue, argument index: Int) throws(RPCError) -> Withdrawal {
        func member(_ name: String) throws(RPCError) -> RPCParameters {
            guard let member = value[name] else { throw RPCParameters.invalid(index, "a withdrawal needs \(name)") }
            return RPCParameters([member])
        }
        return Withdrawal(
            index: try member("index").index(0), validatorIndex: try member("validatorIndex").index(0),
            address: try member("address").address(0), amount: try member("amount").index(0))
    }
}
