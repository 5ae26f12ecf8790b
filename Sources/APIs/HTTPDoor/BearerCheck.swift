import HTTPTypes
public import Hummingbird

/// Lets those through whose `Authorization` header holds a token that is taken.
public struct BearerCheck: Sendable {
    private let check: @Sendable (_ token: String?) throws -> Void

    /// - Parameter check: throws, with the reason, for what is no token now; `nil` is none.
    public init(_ check: @escaping @Sendable (_ token: String?) throws -> Void) { self.check = check }

    /// Refuses a request without a token. Call it before the body is read: nobody without one makes a door hold anything.
    ///
    /// - Throws: ``DoorError`` 401.
    public func demand(_ request: Request) throws {
        let words = request.headers[.authorization]?.split(separator: " ", maxSplits: 1) ?? []
        let token = words.count == 2 && words[0].lowercased() == "bearer" ? String(words[1]) : nil
        do {
            try check(token)
        } catch {
            throw DoorError(.unauthorized, "\(error)")
        }
    }
}
