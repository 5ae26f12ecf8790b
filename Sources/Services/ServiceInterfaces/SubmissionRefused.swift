public import Primitives

/// Why a beacon node did not take some of the messages it was offered. It took all the others.
public struct SubmissionRefused: Refusal, Hashable {
    public struct Failure: Sendable, Hashable {
        /// The message's place among those offered together; 0 for one offered alone.
        public let index: Int
        /// The rule that it breaks, with the values involved.
        public let message: String
        /// The rule's name.
        public let rule: String
        public let fault: Fault

        public init(index: Int, message: String, rule: String = SubmissionRefused.plainRule, fault: Fault = .sender) {
            self.index = index
            self.message = message
            self.rule = rule
            self.fault = fault
        }

        /// The same of a message that was offered as a part of more.
        public func moved(by places: Int) -> Failure {
            Failure(index: index + places, message: message, rule: rule, fault: fault)
        }

        /// What an error says of the message offered at `index`.
        public init(index: Int, _ error: any Error) {
            if let refused = error as? SubmissionRefused, let first = refused.failures.first {
                self.init(index: index, message: refused.description, rule: first.rule, fault: first.fault)
            } else if let refusal = error as? any Refusal {
                self.init(index: index, message: refusal.description, rule: refusal.rule, fault: refusal.fault)
            } else {
                self.init(index: index, message: "\(error)")
            }
        }
    }

    /// What rules without a name of their own are called.
    public static let plainRule = "submission"

    /// At least one, in ascending order.
    public let failures: [Failure]

    public init(_ failures: [Failure]) { self.failures = failures }

    /// One message, offered alone.
    public init(_ message: String, rule: String = SubmissionRefused.plainRule, fault: Fault = .sender) {
        self.init([Failure(index: 0, message: message, rule: rule, fault: fault)])
    }

    /// One message, offered alone, by the rule that it breaks.
    public init(_ refusal: any Refusal) { self.init([Failure(index: 0, refusal)]) }

    public var description: String { failures.map(\.message).joined(separator: "; ") }
    /// The first message's.
    public var rule: String { failures.first?.rule ?? Self.plainRule }
    public var fault: Fault { failures.first?.fault ?? .sender }
}

extension SubmissionRefused {
    /// Offers each element to `take`, then throws what was refused, if anything was.
    public static func collect<Element>(_ elements: [Element], _ take: (Element) throws -> Void) throws {
        var failures: [Failure] = []
        for (index, element) in elements.enumerated() {
            do {
                try take(element)
            } catch {
                failures.append(Failure(index: index, error))
            }
        }
        if !failures.isEmpty { throw SubmissionRefused(failures) }
    }
}
