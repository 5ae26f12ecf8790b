public import BeaconTypes
public import Primitives

/// Why a validator of another process did not vote, or was not let.
public enum AckVoteServiceError: Refusal, Hashable {
    /// No validator client answers for it.
    case notSubscribed(ValidatorIndex)
    case notActive(ValidatorIndex, epoch: Epoch)
    /// It has no seat in the committee of the head's chain, or the vote is about another chain.
    case notAMember(ValidatorIndex, slot: Slot)
    case tooManyRequests(limit: Int)
    case noAnswer(ValidatorIndex, after: Duration)
    /// A vote came for which nobody waits.
    case notAsked(ValidatorIndex)
    case wrongSignature(ValidatorIndex)

    public var description: String {
        switch self {
        case .notSubscribed(let validator): "no validator client answers for validator \(validator); start 'polai validator' with its key"
        case .notActive(let validator, let epoch): "validator \(validator) is not active in epoch \(epoch)"
        case .notAMember(let validator, let slot):
            "validator \(validator) has no seat in the ACK committee of slot \(slot) on the head's chain"
        case .tooManyRequests(let limit): "\(limit) ACK votes are being waited for already"
        case .noAnswer(let validator, let patience): "the validator client of validator \(validator) did not vote within \(patience)"
        case .notAsked(let validator): "no ACK vote of validator \(validator) with this message is being waited for"
        case .wrongSignature(let validator): "the ACK vote's signature is not validator \(validator)'s"
        }
    }

    public var rule: String {
        switch self {
        case .notSubscribed: "not-subscribed"
        case .notActive: "not-active"
        case .notAMember: "not-a-member"
        case .tooManyRequests: "busy"
        case .noAnswer: "no-answer"
        case .notAsked: "not-asked"
        case .wrongSignature: "signature"
        }
    }

    public var fault: Fault {
        switch self {
        case .notActive, .wrongSignature: .sender
        case .notSubscribed, .notAMember, .tooManyRequests, .noAnswer, .notAsked: .circumstance
        }
    }
}
