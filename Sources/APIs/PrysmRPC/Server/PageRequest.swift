import GRPCCore

/// A page of a list, as Prysm cuts lists: the token is the decimal number of the page.
struct PageRequest {
    /// Entries of a page unless the caller says otherwise, and at most.
    static let defaultSize = 250
    static let maximumSize = 500

    let size: Int
    let number: Int

    init(size: Int32, token: String) throws(RPCError) {
        guard (0...Int32(Self.maximumSize)).contains(size) else {
            throw .invalid("page_size is \(size); it is from 0, for \(Self.defaultSize), to \(Self.maximumSize)")
        }
        self.size = size == 0 ? Self.defaultSize : Int(size)
        guard let number = token.isEmpty ? 0 : Int(token), (0...Int(Int32.max)).contains(number) else {
            throw .invalid("page_token is '\(token.prefix(40))'; give the next_page_token of the page before")
        }
        self.number = number
    }

    /// The page's part of `list`, the token of the next page (empty at the end) and the length of the whole.
    func cut<Element>(_ list: [Element]) throws(RPCError) -> (page: ArraySlice<Element>, next: String, total: Int32) {
        let start = number.multipliedReportingOverflow(by: size).partialValue
        guard start >= 0, start < list.count || (start == 0 && list.isEmpty) else {
            throw .outOfRange("page \(number) begins at entry \(start) of \(list.count)")
        }
        let end = min(start + size, list.count)
        return (list[start..<end], end < list.count ? String(number + 1) : "", Int32(clamping: list.count))
    }
}
