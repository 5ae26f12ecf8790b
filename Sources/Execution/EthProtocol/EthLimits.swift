import RLP

/// How much one message may carry. What has more is refused before it is read further.
public enum EthLimits {
    /// Bytes of a message, uncompressed.
    public static let messageSize = 10 << 20
    static let rlp = RLPLimits(maximumSize: messageSize, maximumDepth: 24)
    /// Headers that may be asked for and answered.
    public static let headers = 1_024
    /// Hashes in a question for bodies, receipts or transactions, and items in its answer.
    public static let hashes = 1_024
    /// Blocks in one announcement.
    public static let announcedBlocks = 256
    /// Transactions in one announcement, and in one message of them.
    public static let announcedTransactions = 8_192
    public static let transactions = 8_192
    /// Transactions of all blocks in one message.
    public static let bodyTransactions = 65_536
    /// Receipts of one block.
    public static let receipts = 65_536
    /// Bytes after which an answer gets no further item (eth.md, "soft limit").
    public static let answerSize = 2 << 20
    /// Items that a question asks for at the price of one message more.
    static let itemsPerToken = 128
}
