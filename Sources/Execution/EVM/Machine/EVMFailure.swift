/// Why a call frame ended without a result.
public enum EVMFailure: Error, Equatable, Sendable {
    case outOfGas, stackUnderflow, stackOverflow, undefinedInstruction, invalidJump, writeInStaticCall
    case returnDataOutOfBounds, callDepthExceeded, insufficientBalance, addressCollision, codeTooLarge
    case codeBeginsWithEF, initcodeTooLarge, nonceOverflow, precompileFailed
    /// Whoever asked wants no result any more.
    case interrupted
    /// REVERT: state is undone, the rest of the gas and the data stay.
    case reverted
}
