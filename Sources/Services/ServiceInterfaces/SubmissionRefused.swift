/// Why a beacon node did not take some of the messages it was offered. It took all the others.
public struct SubmissionRefused: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Failure: Sendable, Hashable {
        /// The message's place among those offered together; 0 for one offered alone.
        public let index: Int
        /// The rule that it breaks, with the values involved.
        public let message: String

        public init(index: Int, message: String) {
            self.index = index
            self.message = message
        }
    }

    /// At least one, in ascending order.
    public let failures: [Failure]

    public init(_ failures: [Failure]) { self.failures = failures }

    /// One message, offered alone.
    public init(_ message: String) { self.init([Failure(index: 0, message: message)]) }

    public var description: String { failures.map(\.message).joined(separator: "; ") }
}

extension SubmissionRefused {
    /// Offers each element to `take`, then throws what was refused, if anything was.
    public static func collect<Element>(_ elements: [Element], _ take: (Element) throws -> Void) throws {
        var failures: [Failure] = []
        for (index, element) in elements.enumerated() {
            do {
                try take(element)
            } catch {
                failures.append(Failure(index: index, message: "\(error)"))
            }
        }
        if !failures.isEmpty { throw SubmissionRefused(failures) }
    }
}
