public import ServiceInterfaces

/// Where a node in another process asks for votes on updates, and what tells whether they may be given.
public struct AckVoting: Sendable {
    let board: any AckRequestService
    let committees: any AckCommittees

    public init(board: any AckRequestService, committees: any AckCommittees) {
        self.board = board
        self.committees = committees
    }
}
