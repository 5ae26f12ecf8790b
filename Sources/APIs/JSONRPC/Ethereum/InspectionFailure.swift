import ExecutionChain
public import JSONRPCCore
import Primitives
public import ServiceInterfaces
import Transactions

extension InspectionError: RPCRefusal {
    public var rpcError: RPCError { .server(description) }
}

/// Why there is no simulation, in the codes of the execution specifications' `eth_simulateV1`.
enum SimulationFailure {
    private enum Code {
        static let nonceTooLow = -38010
        static let nonceTooHigh = -38011
        static let baseFeeTooLow = -38012
        static let intrinsicGas = -38013
        static let insufficientFunds = -38014
        static let blockGasLimit = -38015
        static let blockNumber = -38020
        static let blockTime = -38021
        static let senderHasCode = -38024
        static let initcodeTooLarge = -38025
        static let tooManyBlocks = -38026
        static let invalidParameters = -32602
        static let internalError = -32603
    }

    static func error(_ error: SimulationError) -> RPCError {
        switch error {
        case .numbersOutOfOrder(let number, let previous):
            RPCError(code: Code.blockNumber, message: "block numbers must be in order: \(number) <= \(previous)")
        case .timesOutOfOrder(let time, let previous):
            RPCError(code: Code.blockTime, message: "block timestamps must be in order: \(time) <= \(previous)")
        case .tooManyBlocks: RPCError(code: Code.tooManyBlocks, message: "too many blocks")
        case .blockGasLimitReached(let remaining, let required):
            RPCError(code: Code.blockGasLimit, message: "block gas limit reached: remaining: \(remaining), required: \(required)")
        case .gasCapExhausted(let needed, let remaining): .server("RPC gas cap exhausted: need \(needed), remaining \(remaining)")
        case .refused(let error, let sender, let gas): refused(error, sender, gas)
        case .impossibleOverride(let reason): .server(reason)
        case .block(let error): .server("\(error)")
        case .cancelled: InspectionError.timedOut.rpcError
        }
    }

    private static func refused(_ error: TransactionError, _ sender: Address, _ gas: UInt64) -> RPCError {
        let code: Int
        switch error {
        case .nonceMismatch(let expected, let actual): code = actual > expected ? Code.nonceTooHigh : Code.nonceTooLow
        case .feeBelowBaseFee: code = Code.baseFeeTooLow
        case .priorityFeeAboveMaxFee: code = Code.invalidParameters
        case .gasLimitBelowIntrinsic: code = Code.intrinsicGas
        case .insufficientFunds, .costOverflow: code = Code.insufficientFunds
        case .senderHasCode: code = Code.senderHasCode
        case .initcodeTooLarge: code = Code.initcodeTooLarge
        default: code = Code.internalError
        }
        return RPCError(
            code: code, message: "err: \(CallFailure.error(error).message): address \(sender.checksummed) (supplied gas \(gas))")
    }
}
