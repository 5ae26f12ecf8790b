import Logging
import Primitives
import ServiceInterfaces
import Synchronization
import Testing

@testable import RemoteBeaconNode

/// Votes while the beacon node is started again.
@Suite(.timeLimit(.minutes(1))) struct PatienceTests {
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let away = RemoteBeaconNodeError.unreachable("http://node", reason: "refused")
    private let strange = RemoteBeaconNodeError.refused(
        path: "/", status: 400, message: "", reason: .init(rule: "not-subscribed", fault: .circumstance))

    /// Asks with these answers one after the other; how often it asked, and what came.
    private func ask(_ answers: [RemoteBeaconNodeError?], for patience: Duration = .seconds(30)) async throws -> (Int, String?) {
        let api = FakeBeaconAPI()
        let asked = Mutex(0)
        let found = Mutex<String?>(nil)
        try await api.serve { [quiet] url in
            let node = try await RemoteBeaconNode(url: url, now: { 1060 }, logger: quiet)
            let vote = try? await node.patiently(for: patience) {
                let number = asked.withLock { count in
                    defer { count += 1 }
                    return count
                }
                if let error = answers[min(number, answers.count - 1)] { throw error }
                return "vote"
            }
            found.withLock { $0 = vote }
        }
        return (asked.withLock { $0 }, found.withLock { $0 })
    }

    @Test func aVoteUnderWayIsAskedForAgain() async throws { #expect(try await ask([away, nil]) == (2, "vote")) }

    /// Its validator clients come back to it a moment later.
    @Test func soIsOneWhoseValidatorIsNotBackYet() async throws { #expect(try await ask([away, strange, nil]) == (3, "vote")) }

    @Test func otherRefusalsAreThrownAtOnce() async throws {
        #expect(try await ask([strange, nil]) == (1, nil))
        #expect(try await ask([.otherRules("")]) == (1, nil))
    }

    @Test func thereIsAnEnd() async throws { #expect(try await ask([away], for: .zero) == (1, nil)) }
}
