public import JSON
import Primitives

extension Genesis {
    /// Reads a genesis file in geth's format. Members that this node does not know are ignored.
    ///
    /// The member `polai` of `config`, `{"secondsPerSlot": 12}`, selects this project's sealing.
    public init(_ json: JSONValue) throws(BlockError) {
        guard json.object != nil else { throw .genesis(member: "the file", problem: "is not a JSON object") }
        let root = GenesisMember(name: "", value: json)
        config = try ChainConfig(root.required("config"))
        nonce = try root["nonce"]?.uint64() ?? 0
        timestamp = try root["timestamp"]?.uint64() ?? 0
        extraData = try root["extraData"]?.bytes() ?? []
        gasLimit = try root.required("gasLimit").uint64()
        difficulty = try root["difficulty"]?.uint256() ?? .zero
        mixHash = try root["mixHash"]?.hash32() ?? .zero
        coinbase = try root["coinbase"]?.address() ?? .zero
        baseFeePerGas = try root["baseFeePerGas"]?.uint256()
        allocations = [:]
        for member in try root["alloc"]?.members() ?? [] {
            let address = try member.addressFromName()
            allocations[address] = try Allocation(member)
        }
    }

    /// The genesis as a file in geth's format, members in a fixed order.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("config", config.json), .init("nonce", .string(UInt256(nonce).quantityHex)),
            .init("timestamp", .string(UInt256(timestamp).quantityHex)), .init("extraData", .string(extraData.hex)),
            .init("gasLimit", .string(UInt256(gasLimit).quantityHex)), .init("difficulty", .string(difficulty.quantityHex)),
            .init("mixHash", .string(mixHash.hex)), .init("coinbase", .string(coinbase.hex)),
        ]
        if let baseFeePerGas { members.append(.init("baseFeePerGas", .string(baseFeePerGas.quantityHex))) }
        let sorted = allocations.sorted { $0.key.hex < $1.key.hex }
        members.append(.init("alloc", .object(sorted.map { .init($0.key.hex, $0.value.json) })))
        return .object(members)
    }
}

extension Genesis.Allocation {
    init(_ member: GenesisMember) throws(BlockError) {
        balance = try member["balance"]?.uint256() ?? .zero
        nonce = try member["nonce"]?.uint64() ?? 0
        code = try member["code"]?.bytes() ?? []
        storage = [:]
        for slot in try member["storage"]?.members() ?? [] { storage[try slot.slotFromName()] = try slot.uint256() }
    }

    var json: JSONValue {
        var members: [JSONValue.Member] = [.init("balance", .string(balance.quantityHex))]
        if nonce != 0 { members.append(.init("nonce", .string(UInt256(nonce).quantityHex))) }
        if !code.isEmpty { members.append(.init("code", .string(code.hex))) }
        if !storage.isEmpty {
            let sorted = storage.sorted { $0.key < $1.key }
            members.append(.init("storage", .object(sorted.map { .init($0.key.hex, .string($0.value.bigEndianHash.hex)) })))
        }
        return .object(members)
    }
}
