public import Primitives
public import UpdateLife

/// An update went on.
public struct UpdateTransition: Sendable {
    /// Where it stood; `nil` for one that was not known.
    public let from: UpdateStage?
    /// What is known of it now.
    public let record: UpdateRecord

    public init(from: UpdateStage?, record: UpdateRecord) {
        self.from = from
        self.record = record
    }
}

/// What became of each update. One owner writes it; whoever learns something of an update tells it as an event.
public protocol UpdateNotes: Sendable {
    /// Takes in what happened to the update with exactly this id, and returns what is known of it now.
    @discardableResult
    func apply(_ event: UpdateEvent, to id: Hash32) async -> UpdateRecord
    /// The update with this id, or the newest candidate that took up the file with this id.
    func record(_ id: Hash32) async -> UpdateRecord?
    /// The update with exactly this id: of a file what was said of it alone.
    func record(of id: Hash32) async -> UpdateRecord?
    /// The latest updates, newest first. A file gives way to the candidate that took it up.
    func latest(_ limit: Int) async -> [UpdateRecord]
}

/// The same for those beside its owner, who hear of what changes.
public protocol UpdateRecords: UpdateNotes {
    /// What changes from now on.
    func transitions() async -> AsyncStream<UpdateTransition>
}
