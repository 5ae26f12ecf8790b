public import Primitives
public import RLP
public import StateTrie
public import Transactions

/// A header field, as errors name it.
public enum HeaderField: String, Sendable {
    case parentHash, ommersHash, stateRoot, transactionsRoot, receiptsRoot, logsBloom, difficulty, number, gasUsed
    case extraData, nonce, baseFeePerGas, withdrawalsRoot, blobGasUsed, excessBlobGas, parentBeaconBlockRoot, requestsHash
    case mixHash, blockHash
}

/// Why a block, a payload or a genesis file is refused.
public enum BlockError: Error, Equatable, Sendable, CustomStringConvertible {
    case malformed(RLPError)
    /// A field is not what the parent, the body or the execution makes it.
    case mismatch(HeaderField, expected: String, actual: String)
    /// The block's fork demands a field that is absent.
    case missing(HeaderField, ExecutionFork)
    /// The block's fork does not know a field that is present.
    case unexpected(HeaderField, ExecutionFork)
    case timestampNotAfterParent(parent: UInt64, actual: UInt64)
    case lessThanOneSlot(parent: UInt64, actual: UInt64, secondsPerSlot: UInt64)
    case gasLimit(parent: UInt64, actual: UInt64)
    case gasUsedAboveLimit(used: UInt64, limit: UInt64)
    case extraDataTooLong(count: Int, maximum: Int)
    case tooManyBlobs(gasUsed: UInt64, maximum: UInt64)
    /// The block's RLP is longer than EIP-7934 lets it be.
    case tooLong(bytes: Int, maximum: Int)
    case ommersAfterMerge(count: Int)
    case tooManyOmmers(count: Int)
    /// An uncle is not what an uncle may be.
    case ommer(index: Int, OmmerFault)
    /// A transaction is not valid where it stands.
    case transaction(index: Int, TransactionError)
    /// A contract that the fork demands is not there (EIP-7002, EIP-7251).
    case systemContractMissing(Address)
    /// The call of a system contract failed, which makes the block invalid (EIP-7002, EIP-7251).
    case systemCallFailed(Address)
    /// The deposit contract's log has not the layout that EIP-6110 demands.
    case malformedDeposit
    /// The difficulties of the chain up to the block add up to 2^256 or more.
    case tooMuchWork
    /// Blocks of this fork are not executed.
    case forkNotExecuted(ExecutionFork)
    /// EIP-7685 requests out of order, repeated or empty.
    case malformedRequests(index: Int)
    /// The requests that came with a payload are not those that its execution made.
    case wrongRequests(expected: Int, actual: Int)
    case state(StateTrieError)
    /// Nobody waits for the work any more.
    case cancelled
    /// A genesis file's member is wrong.
    case genesis(member: String, problem: String)

    public var description: String {
        switch self {
        case .malformed(let error): "malformed block: \(error)"
        case .mismatch(let field, let expected, let actual): "wrong \(field.rawValue): expected \(expected), got \(actual)"
        case .missing(let field, let fork): "\(field.rawValue) is missing in a \(fork) block"
        case .unexpected(let field, let fork): "\(field.rawValue) does not belong in a \(fork) block"
        case .timestampNotAfterParent(let parent, let actual): "timestamp \(actual) is not after the parent's \(parent)"
        case .lessThanOneSlot(let parent, let actual, let slot):
            "timestamp \(actual) is less than one slot of \(slot) s after the parent's \(parent)"
        case .gasLimit(let parent, let actual):
            "gas limit \(actual) is below 5000 or differs from the parent's \(parent) by a 1024th or more"
        case .gasUsedAboveLimit(let used, let limit): "gas used \(used) exceeds the limit \(limit)"
        case .extraDataTooLong(let count, let maximum): "extra data has \(count) bytes, more than \(maximum)"
        case .tooManyBlobs(let used, let maximum): "blob gas used \(used) exceeds the maximum \(maximum)"
        case .tooLong(let bytes, let maximum): "the block has \(bytes) bytes, more than \(maximum)"
        case .ommersAfterMerge(let count): "\(count) uncles in a block after the merge"
        case .tooManyOmmers(let count): "\(count) uncles are more than 2"
        case .ommer(let index, let fault): "uncle \(index) \(fault.rawValue)"
        case .transaction(let index, let error): "transaction \(index): \(error)"
        case .systemContractMissing(let address): "the system contract \(address) is not deployed"
        case .systemCallFailed(let address): "the call of the system contract \(address) failed"
        case .malformedDeposit: "the deposit contract's log is malformed"
        case .tooMuchWork: "its work is more than numbers hold"
        case .forkNotExecuted(let fork): "blocks under the \(fork) rules are not executed by this version"
        case .malformedRequests(let index):
            "execution request list \(index) is empty, or its type does not follow the one before"
        case .wrongRequests(let expected, let actual):
            "the payload came with \(actual) execution requests where its execution makes \(expected), or with others"
        case .state(let error): "\(error)"
        case .cancelled: "cancelled"
        case .genesis(let member, let problem): "genesis file: \(member) \(problem)"
        }
    }
}

extension BlockError {
    /// A transaction of a block did not run.
    init(_ failure: TransactionFailure, index: Int) {
        switch failure {
        case .refused(let error): self = .transaction(index: index, error)
        case .state(let error): self = .state(error)
        }
    }
}
