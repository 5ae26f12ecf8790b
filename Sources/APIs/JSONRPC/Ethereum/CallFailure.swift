import EVM
import ExecutionChain
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces
import Transactions

/// Why a call gave nothing, in the codes and words of geth.
enum CallFailure {
    /// A revert has code 3 and its data; what else went wrong in the machine -32000.
    static func error(_ failure: EVMFailure, output: [UInt8]) -> RPCError {
        guard failure == .reverted else { return .server(words(failure)) }
        let reason = RevertReason.text(output).map { ": \($0)" } ?? ""
        return RPCError(code: 3, message: "execution reverted\(reason)", data: .data(output))
    }

    static func error(_ error: GasEstimateError) -> RPCError? {
        switch error {
        case .refused(let error): self.error(error)
        case .failed(let failure, let output): self.error(failure, output: output)
        case .exceedsAllowance(let gas): .server("gas required exceeds allowance (\(gas))")
        case .insufficientFundsForTransfer: .server("insufficient funds for transfer")
        case .state: nil
        case .cancelled: InspectionError.timedOut.rpcError
        }
    }

    /// A call that did not begin.
    static func error(_ error: TransactionError) -> RPCError {
        switch error {
        case .insufficientFunds(let needed, let balance):
            .server("insufficient funds for gas * price + value: have \(balance) want \(needed)")
        case .gasLimitBelowIntrinsic(let needed, let limit): .server("intrinsic gas too low: have \(limit), want \(needed)")
        case .feeBelowBaseFee: .server("max fee per gas less than block base fee")
        case .priorityFeeAboveMaxFee: .server("max priority fee per gas higher than max fee per gas")
        case .initcodeTooLarge(let count): .server("max initcode size exceeded: code size \(count) limit 49152")
        case .nonceIsMaximum: .server("nonce has max value")
        default: .server("\(error)")
        }
    }

    private static func words(_ failure: EVMFailure) -> String {
        switch failure {
        case .outOfGas: "out of gas"
        case .stackUnderflow: "stack underflow"
        case .stackOverflow: "stack limit reached 1024"
        case .undefinedInstruction: "invalid opcode"
        case .invalidJump: "invalid jump destination"
        case .writeInStaticCall: "write protection"
        case .returnDataOutOfBounds: "return data out of bounds"
        case .callDepthExceeded: "max call depth exceeded"
        case .insufficientBalance: "insufficient balance for transfer"
        case .addressCollision: "contract address collision"
        case .codeTooLarge: "max code size exceeded"
        case .codeBeginsWithEF: "invalid code: must not begin with 0xef"
        case .initcodeTooLarge: "max initcode size exceeded"
        case .nonceOverflow: "nonce uint64 overflow"
        case .precompileFailed: "precompiled contract failed"
        case .reverted: "execution reverted"
        }
    }
}

/// What a contract says about its revert, by Solidity's ABI.
enum RevertReason {
    /// The first four bytes of keccak("Error(string)") and keccak("Panic(uint256)").
    private static let error: [UInt8] = [0x08, 0xc3, 0x79, 0xa0]
    private static let panic: [UInt8] = [0x4e, 0x48, 0x7b, 0x71]

    private static let panics: [UInt64: String] = [
        0x00: "generic panic", 0x01: "assert(false)", 0x11: "arithmetic underflow or overflow", 0x12: "division or modulo by zero",
        0x21: "enum overflow", 0x22: "invalid encoded storage byte array accessed",
        0x31: "out-of-bounds array access; popping on an empty array", 0x32: "out-of-bounds access of an array or bytesN",
        0x41: "out of memory", 0x51: "uninitialized function",
    ]

    /// `nil` for data in neither form.
    static func text(_ output: [UInt8]) -> String? {
        let body = Array(output.dropFirst(4))
        if output.starts(with: panic), body.count >= 32, let code = UInt256(bigEndianBytes: body.prefix(32)) {
            return code.asUInt64.flatMap { panics[$0] } ?? "unknown panic code: \(code.quantityHex)"
        }
        guard output.starts(with: error), let offset = number(body, at: 0), let length = number(body, at: offset),
            length <= body.count - offset - 32
        else { return nil }
        return String(validating: body[(offset + 32)..<(offset + 32 + length)], as: UTF8.self)
    }

    /// The word at `offset` as a position within `bytes`.
    private static func number(_ bytes: [UInt8], at offset: Int) -> Int? {
        guard bytes.count >= 32, offset <= bytes.count - 32 else { return nil }
        let value = UInt256(bigEndianBytes: bytes[offset..<(offset + 32)])?.asUInt64.flatMap { Int(exactly: $0) }
        return value.flatMap { $0 <= bytes.count ? $0 : nil }
    }
}
