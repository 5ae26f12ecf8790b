import Primitives
public import SSZ

/// Why the execution layer's list of requests is none (EIP-7685).
public enum ExecutionRequestsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The entry at `index` has no data, or its type is not above the one before.
    case outOfOrder(index: Int)
    case unknownType(UInt8)
    /// The data of this type is no SSZ list of its requests.
    case malformed(type: UInt8, SSZError)

    public var description: String {
        switch self {
        case .outOfOrder(let index): "the execution layer's requests are empty or out of order at entry \(index)"
        case .unknownType(let type): "the execution layer sent a request of unknown type \(type)"
        case .malformed(let type, let error): "the execution layer's requests of type \(type) do not decode: \(error)"
        }
    }
}

extension ExecutionRequests {
    /// `get_execution_requests_list` (electra beacon-chain, Execution engine; EIP-7685), as the Engine API carries it: for
    /// each type with requests one byte of type and the SSZ of the list.
    public func list(_ spec: BeaconSpec) -> [[UInt8]] {
        let lists: [(type: UInt8, bytes: [UInt8])] = [
            (Constant.depositRequestType, deposits.flatMap { $0.serialize(spec) }),
            (Constant.withdrawalRequestType, withdrawals.flatMap { $0.serialize(spec) }),
            (Constant.consolidationRequestType, consolidations.flatMap { $0.serialize(spec) }),
        ]
        return lists.filter { !$0.bytes.isEmpty }.map { [$0.type] + $0.bytes }
    }

    /// `get_execution_requests` (electra validator, Block proposal): types ascending, none twice, none empty.
    public init(list: [[UInt8]], _ spec: BeaconSpec) throws(ExecutionRequestsError) {
        self.init()
        var previous: UInt8?
        for (index, request) in list.enumerated() {
            guard let type = request.first, request.count > 1, previous.map({ type > $0 }) ?? true else {
                throw .outOfOrder(index: index)
            }
            previous = type
            func decoded<Request: BeaconContainer>(_ limit: UInt64) throws(ExecutionRequestsError) -> [Request] {
                do {
                    return try [Request](deserializing: Array(request.dropFirst()), .limit(limit, of: spec))
                } catch {
                    throw .malformed(type: type, error)
                }
            }
            switch type {
            case Constant.depositRequestType: deposits = try decoded(spec.preset.maxDepositRequestsPerPayload)
            case Constant.withdrawalRequestType: withdrawals = try decoded(spec.preset.maxWithdrawalRequestsPerPayload)
            case Constant.consolidationRequestType: consolidations = try decoded(spec.preset.maxConsolidationRequestsPerPayload)
            default: throw .unknownType(type)
            }
        }
    }
}
