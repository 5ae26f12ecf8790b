public import ServiceInterfaces

/// Where a node in another process asks for votes on updates, and what tells whether they may be given.
public struct AckVoting: Sendable {
    let board: any AckRequestBoard
    let committees: any AckCommittees

    public init(board: any AckRequestBoard, committees: any AckCommittees) {
        self.board = board
        self.committees = committees
    }
}
