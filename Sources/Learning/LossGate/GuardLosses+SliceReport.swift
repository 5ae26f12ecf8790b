public import BeaconTypes

extension GuardLosses {
    /// What a slice showed, as votes and acks state it.
    public init(_ report: SliceReport) {
        self.init(
            taskBefore: report.taskBefore, taskAfter: report.taskAfter, generalBase: report.generalBase,
            generalParent: report.generalParent, generalAfter: report.generalAfter)
    }
}
