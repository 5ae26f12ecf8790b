/// What a WebSocket door says: asked for each connection.
public protocol WebSocketHandler: Sendable {
    func opened(_ connection: WebSocketConnection) -> any WebSocketConversation
}

/// The door's side of one connection.
public protocol WebSocketConversation: Sendable {
    /// Takes a message, of text that is UTF-8. Several may be taken at once; the task is cancelled when the client goes.
    func take(_ message: [UInt8]) async
    /// The connection is gone.
    func closed()
}
