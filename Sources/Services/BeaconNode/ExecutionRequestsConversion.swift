import BeaconTypes
import Primitives
import SSZ

extension ExecutionRequests {
    /// `get_execution_requests_list` (electra beacon-chain, Execution engine; EIP-7685): for each type with requests one
    /// byte of type and the SSZ of the list.
    func engineForm(_ spec: BeaconSpec) -> [[UInt8]] {
        let lists: [(type: UInt8, bytes: [UInt8])] = [
            (Constant.depositRequestType, deposits.flatMap { $0.serialize(spec) }),
            (Constant.withdrawalRequestType, withdrawals.flatMap { $0.serialize(spec) }),
            (Constant.consolidationRequestType, consolidations.flatMap { $0.serialize(spec) }),
        ]
        return lists.filter { !$0.bytes.isEmpty }.map { [$0.type] + $0.bytes }
    }

    /// `get_execution_requests` (electra validator, Block proposal): types ascending, none twice, none empty.
    init(engineForm requests: [[UInt8]], _ spec: BeaconSpec) throws {
        self.init()
        var previous: UInt8?
        for request in requests {
            guard let type = request.first, request.count > 1, previous.map({ type > $0 }) ?? true else {
                throw BeaconNodeError.badRequest("the execution node's requests are empty or out of order")
            }
            previous = type
            let data = Array(request.dropFirst())
            switch type {
            case Constant.depositRequestType:
                deposits = try [DepositRequest](deserializing: data, .limit(spec.preset.maxDepositRequestsPerPayload, of: spec))
            case Constant.withdrawalRequestType:
                withdrawals = try [WithdrawalRequest](
                    deserializing: data, .limit(spec.preset.maxWithdrawalRequestsPerPayload, of: spec))
            case Constant.consolidationRequestType:
                consolidations = try [ConsolidationRequest](
                    deserializing: data, .limit(spec.preset.maxConsolidationRequestsPerPayload, of: spec))
            default: throw BeaconNodeError.badRequest("the execution node sent a request of unknown type \(type)")
            }
        }
    }
}
