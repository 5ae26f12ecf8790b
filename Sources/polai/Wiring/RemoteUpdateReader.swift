import Foundation
import Primitives
import ServiceInterfaces
import Trainer

/// What an AI engine in another process knows of updates.
struct RemoteUpdateReader: UpdateReader {
    private let engine: URL

    init(_ text: String) throws {
        do { engine = try RemoteLearningNode.address(text) } catch { throw SetupError("\(error)") }
    }

    func update(_ id: Hash32) async -> UpdateSummary? { try? await RemoteLearningNode.update(id, of: engine) }
}
