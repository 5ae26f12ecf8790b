import LearningStore
import Logging
import Primitives

/// The head's adapter, held before somebody asks: a member must not spend its time to vote on fetching files, and a trainer that
/// joins late begins with it.
extension AIEngine {
    private static let firstPause: Duration = .seconds(1)
    private static let longestPause: Duration = .seconds(60)

    /// Makes each adapter of the head that was not made here from its update files, until cancelled.
    func holdHeadAdapters() async {
        for await root in headAdapters.stream { await holdHeadAdapter(root) }
    }

    private func holdHeadAdapter(_ root: Hash32) async {
        var pause = Self.firstPause
        var told: String?
        // A newer head comes next, and says what is needed then.
        while !Task.isCancelled, root == headRoot {
            let reason: String
            do {
                if try store.adapterRoots().contains(root) { return }
                if try await adapter(root) != nil { return }
                reason = "no update that led to it is known yet"
            } catch is CancellationError {
                return
            } catch {
                reason = "\(error)"
            }
            // The block that names the files may come a moment after the head.
            if pause > Self.firstPause, told != reason {
                logger.notice("Waiting for the files of the head's adapter: \(reason)", metadata: ["adapter": "\(root.shortHex)"])
                told = reason
            }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, Self.longestPause)
        }
    }
}
