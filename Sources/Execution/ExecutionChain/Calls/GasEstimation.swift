public import EVM
public import Primitives
public import StateTrie
public import Transactions

/// Why there is no gas limit under which a call succeeds.
public enum GasEstimateError: Error, Sendable {
    /// The call is refused whatever its gas.
    case refused(TransactionError)
    case state(StateTrieError)
    /// It fails for another reason than gas.
    case failed(EVMFailure, output: [UInt8])
    /// It would need more than it may have.
    case exceedsAllowance(UInt64)
    /// The sender does not own the value that it would send.
    case insufficientFundsForTransfer
    /// Nobody waits any more, or it took too long.
    case cancelled
}

/// Searches the least gas limit under which a call succeeds, as Geth's `eth_estimateGas` does: not to the last unit, but
/// until limit and guess are within 1.5 %.
public struct GasEstimation: Sendable {
    /// What a call with value is given on top (CALL's stipend).
    private static let stipend: UInt64 = 2300
    private static let transferGas: UInt64 = 21_000

    private let environment: CallEnvironment
    private let request: CallRequest
    private let cap: UInt64

    /// - Parameters:
    ///   - environment: whose interruption ends the search, too.
    ///   - cap: gas that the node allows at most.
    public init(_ request: CallRequest, in environment: CallEnvironment, cap: UInt64) {
        self.environment = environment
        self.request = request
        self.cap = cap
    }

    public func limit() throws(GasEstimateError) -> UInt64 {
        let allowance = try allowance()
        if try isPlainTransfer(), try run(Self.transferGas)?.succeeded == true { return Self.transferGas }
        guard let first = try run(allowance) else { throw .exceedsAllowance(allowance) }
        guard first.succeeded else {
            if let failure = first.failure, failure != .outOfGas { throw .failed(failure, output: first.output) }
            throw .exceedsAllowance(allowance)
        }
        return try search(from: first, below: allowance)
    }

    /// The largest limit to try: the request's or the block's, what the sender can pay, and the node's cap.
    private func allowance() throws(GasEstimateError) -> UInt64 {
        var high = environment.header.gasLimit
        if let gas = request.gas, gas >= Self.transferGas { high = gas }
        if !request.feeCap.isZero {
            let balance = try balance()
            guard request.value.isZero || request.value < balance else { throw .insufficientFundsForTransfer }
            let affordable = (balance &- request.value).quotientAndRemainder(dividingBy: request.feeCap)?.quotient ?? .zero
            high = min(high, affordable.asUInt64 ?? .max)
        }
        return min(high, cap)
    }

    private func balance() throws(GasEstimateError) -> UInt256 {
        do {
            return try environment.account(request.from).balance
        } catch {
            throw .state(error)
        }
    }

    private func isPlainTransfer() throws(GasEstimateError) -> Bool {
        guard request.data.isEmpty, let to = request.to else { return false }
        do {
            return try !environment.account(to).hasCode
        } catch {
            throw .state(error)
        }
    }

    private func search(from first: TransactionResult, below allowance: UInt64) throws(GasEstimateError) -> UInt64 {
        var low = first.gasUsed - 1
        var high = allowance
        // The gas needed at the worst moment, and a 64th that each call keeps back: often that is it.
        let guess = (first.peakGas + Self.stipend) * 64 / 63
        if guess < high { try narrow(&low, &high, at: guess) }
        while low + 1 < high, Double(high - low) / Double(high) >= 0.015 {
            var middle = low + (high - low) / 2
            // Most limits are near what was used.
            if middle > low * 2 { middle = low * 2 }
            try narrow(&low, &high, at: middle)
        }
        return high
    }

    private func narrow(_ low: inout UInt64, _ high: inout UInt64, at gas: UInt64) throws(GasEstimateError) {
        if try run(gas)?.succeeded == true { high = gas } else { low = gas }
    }

    /// `nil` when the gas does not even pay for the beginning.
    private func run(_ gas: UInt64) throws(GasEstimateError) -> TransactionResult? {
        guard !environment.isInterrupted else { throw .cancelled }
        do {
            return try environment.call(request, gas: gas)
        } catch .refused(.gasLimitBelowIntrinsic) {
            return nil
        } catch {
            switch error {
            case .refused(let error): throw .refused(error)
            case .state(let error): throw .state(error)
            }
        }
    }
}
