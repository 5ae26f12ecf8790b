/// Decides how a transfer goes on, from what lies on disk and what the server answered. No input or output.
struct TransferPlan {
    let file: RemoteFile
    /// Bytes of the file that are on disk already.
    let present: UInt64

    /// What to do with an answer's body.
    enum Step: Equatable {
        /// Write it after what is present.
        case append
        /// The server sends the whole file: begin anew.
        case restart
        /// What is present is of no use: remove it and ask again.
        case discard
    }

    /// The `Range` header to ask with; `nil` for the whole file.
    var range: String? { present > 0 ? "bytes=\(present)-" : nil }

    /// Reads the head of the final answer.
    func step(status: Int, contentRange: String?, contentLength: String?, url: String) throws(HubError) -> Step {
        switch status {
        case 200:
            if let contentLength, let length = UInt64(contentLength), length != file.size {
                throw .wrongSize(file: file.path.text, expected: file.size, actual: length)
            }
            return .restart
        case 206:
            guard let range = contentRange.flatMap(Self.parse) else {
                throw .malformedAnswer(url: url, reason: "a part without Content-Range")
            }
            if let total = range.total, total != file.size { throw .wrongSize(file: file.path.text, expected: file.size, actual: total) }
            return range.first == present ? .append : .discard
        case 416: return .discard
        default: throw .unexpectedStatus(status, url: url)
        }
    }

    /// `bytes FIRST-LAST/TOTAL`, with `*` for an unknown total.
    static func parse(_ header: String) -> (first: UInt64, total: UInt64?)? {
        guard header.hasPrefix("bytes ") else { return nil }
        let parts = header.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let bounds = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, let first = UInt64(bounds[0]), let last = UInt64(bounds[1]), last >= first else { return nil }
        if parts[1] == "*" { return (first, nil) }
        guard let total = UInt64(parts[1]), last < total else { return nil }
        return (first, total)
    }
}
