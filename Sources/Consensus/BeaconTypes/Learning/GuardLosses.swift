/// What the guard slice showed, as FP32 bit patterns of mean losses a token: the last five fields of an `UpdateAck`.
///
/// All zero where the chain has no pools or the gate was not run.
public struct GuardLosses: Hashable, Sendable {
    /// Of the task's sentences with the parent adapter.
    public var taskBefore: UInt32 = 0
    /// Of the same sentences with the update applied.
    public var taskAfter: UInt32 = 0
    /// Of the general sentences with the base model alone.
    public var generalBase: UInt32 = 0
    /// Of the general sentences with the parent adapter.
    public var generalParent: UInt32 = 0
    /// Of the general sentences with the update applied.
    public var generalAfter: UInt32 = 0

    /// All zero: nothing was measured.
    public init() {}

    /// One value per field.
    public init(taskBefore: UInt32, taskAfter: UInt32, generalBase: UInt32, generalParent: UInt32, generalAfter: UInt32) {
        self.taskBefore = taskBefore
        self.taskAfter = taskAfter
        self.generalBase = generalBase
        self.generalParent = generalParent
        self.generalAfter = generalAfter
    }

    /// Whether nothing was measured.
    public var isEmpty: Bool { self == GuardLosses() }
}
