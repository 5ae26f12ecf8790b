import EngineWire
import ExecutionChain
import JSONRPCCore

/// A method of the Engine API that has versions, one for the payloads of one or some forks (execution-apis, paris.md to osaka.md).
enum VersionedMethod: String, CaseIterable {
    case newPayload = "engine_newPayload"
    case forkchoiceUpdated = "engine_forkchoiceUpdated"
    case getPayload = "engine_getPayload"

    /// The newest version, which is for all later forks, too.
    var newest: Int {
        switch self {
        case .newPayload: 4
        case .forkchoiceUpdated: 3
        case .getPayload: 5
        }
    }

    func name(_ version: Int) -> String { "\(rawValue)V\(version)" }

    /// The forks with which versions from the third on begin.
    private static let beginnings: [ExecutionFork] = [.cancun, .prague, .osaka]

    /// Refuses a version that is not for the payloads of a fork.
    func demand(_ version: Int, for fork: ExecutionFork) throws(RPCError) {
        let isFor =
            switch version {
            case 1: fork < .shanghai
            // The second takes what the first does.
            case 2: fork < .cancun
            case newest: fork >= Self.beginnings[version - 3]
            default: fork >= Self.beginnings[version - 3] && fork < Self.beginnings[version - 2]
            }
        guard isFor else { throw .unsupportedFork(name(version), fork) }
    }

    /// The form in which a version has the payloads and attributes of a fork.
    static func form(_ version: Int, _ fork: ExecutionFork) -> EngineForm.Version {
        if version >= 3 { return .v3 }
        return fork >= .shanghai ? .v2 : .v1
    }
}
