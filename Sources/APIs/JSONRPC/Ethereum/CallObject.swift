import ExecutionChain
import JSON
import JSONRPCCore
import Primitives
import Transactions

/// Reads the transaction object of `eth_call` and `eth_estimateGas`.
///
/// What returns a whole request throws untyped: optimised builds lose a typed error that stands beside a large value.
struct CallObject {
    let value: JSONValue

    /// - Parameter chainID: what a `chainId` in the object must be.
    static func request(_ parameters: RPCParameters, chainID: UInt64) throws -> CallRequest {
        try request(try parameters.required(0), argument: 0, chainID: chainID)
    }

    /// - Parameter index: of the parameter in which the object stands.
    static func request(_ value: JSONValue, argument index: Int, chainID: UInt64) throws -> CallRequest {
        guard value.object != nil else { throw RPCParameters.invalid(index, "expected a transaction object, found \(value.kind)") }
        return try CallObject(value: value).request(chainID: chainID)
    }

    private func request(chainID: UInt64) throws -> CallRequest {
        if let own = try number("chainId"), own != chainID {
            throw RPCError.server("chainId does not match node's (have=\(own), want=\(chainID))")
        }
        var request = CallRequest()
        request.from = try address("from") ?? .zero
        request.to = try address("to")
        request.gas = try number("gas")
        request.nonce = try number("nonce")
        request.value = try wei("value") ?? .zero
        request.data = try data()
        try readFees(into: &request)
        if let list = member("accessList") { request.accessList = try Self.list(list, "accessList", Self.accessEntry) }
        if let list = member("blobVersionedHashes") { request.blobHashes = try Self.list(list, "blobVersionedHashes", Self.hash) }
        if let list = member("authorizationList") { request.authorizations = try Self.list(list, "authorizationList", Self.authorization) }
        return request
    }

    private func readFees(into request: inout CallRequest) throws(RPCError) {
        request.gasPrice = try wei("gasPrice")
        request.maxFeePerGas = try wei("maxFeePerGas")
        request.maxPriorityFeePerGas = try wei("maxPriorityFeePerGas")
        request.maxFeePerBlobGas = try wei("maxFeePerBlobGas")
        guard request.gasPrice == nil || (request.maxFeePerGas == nil && request.maxPriorityFeePerGas == nil) else {
            throw .server("both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified")
        }
        if let cap = request.maxFeePerGas, let tip = request.maxPriorityFeePerGas, cap < tip {
            throw .server("maxFeePerGas (\(cap)) < maxPriorityFeePerGas (\(tip))")
        }
    }

    /// `input`, or its older name.
    private func data() throws(RPCError) -> [UInt8] {
        let (data, input) = (try bytes("data"), try bytes("input"))
        guard data == nil || input == nil || data == input else {
            throw .server(#"both "data" and "input" are set and not equal. Please use "input" to pass transaction call data"#)
        }
        return input ?? data ?? []
    }

    // MARK: Members

    private func member(_ name: String) -> JSONValue? { value[name].flatMap { $0.isNull ? nil : $0 } }

    private func address(_ name: String) throws(RPCError) -> Address? {
        guard let value = member(name) else { return nil }
        return try RPCParameters([value]).address(0)
    }

    private func bytes(_ name: String) throws(RPCError) -> [UInt8]? {
        guard let value = member(name) else { return nil }
        return try RPCParameters([value]).data(0)
    }

    private func number(_ name: String) throws(RPCError) -> UInt64? {
        guard let value = member(name) else { return nil }
        return try RPCParameters([value]).index(0)
    }

    private func wei(_ name: String) throws(RPCError) -> UInt256? {
        guard let value = member(name) else { return nil }
        return try RPCParameters([value]).quantity256(0)
    }

    // MARK: Lists

    private static func list<Element>(
        _ value: JSONValue, _ name: String, _ read: (JSONValue) throws(RPCError) -> Element
    ) throws(RPCError) -> [Element] {
        guard let list = value.array else { throw RPCParameters.invalid(0, "\(name) must be an array, found \(value.kind)") }
        var elements: [Element] = []
        for element in list { elements.append(try read(element)) }
        return elements
    }

    private static func hash(_ value: JSONValue) throws(RPCError) -> Hash32 { try RPCParameters([value]).hash(0) }

    private static func accessEntry(_ value: JSONValue) throws(RPCError) -> Transaction.AccessEntry {
        let object = CallObject(value: value)
        guard let address = try object.address("address") else { throw RPCParameters.invalid(0, "an access list entry needs an address") }
        return Transaction.AccessEntry(address: address, slots: try list(object.member("storageKeys") ?? [], "storageKeys", hash))
    }

    private static func authorization(_ value: JSONValue) throws(RPCError) -> Authorization {
        let object = CallObject(value: value)
        guard let address = try object.address("address") else { throw RPCParameters.invalid(0, "an authorization needs an address") }
        guard let parity = UInt8(exactly: try object.number("yParity") ?? 0), parity <= 1 else {
            throw RPCParameters.invalid(0, "yParity is 0 or 1")
        }
        return Authorization(
            chainID: try object.wei("chainId") ?? .zero, address: address, nonce: try object.number("nonce") ?? 0, yParity: parity,
            r: try object.wei("r") ?? .zero, s: try object.wei("s") ?? .zero)
    }
}
