import BeaconTypes
import HTTPDoor
import HTTPTypes
import Hummingbird
import JSON
import Primitives
import SSZ
import ServiceInterfaces

extension Response {
    /// `{"data": …}`.
    static func data(_ data: JSONValue) -> Response { .json(["data": data]) }

    /// `{"execution_optimistic", "finalized", "data"}`.
    static func chainData(_ data: JSONValue, _ marks: AnswerMarks) -> Response {
        .json(["execution_optimistic": .bool(marks.isOptimistic), "finalized": .bool(marks.isFinalized), "data": data])
    }

    /// A value in the form that the caller accepts: JSON with its fork's name, or SSZ.
    ///
    /// - Parameters:
    ///   - marks: of the block that the value belongs to; `nil` for values that belong to none.
    ///   - isShared: whether the type is Electra's own, so that SSZ readers of Electra read it as well.
    static func versioned<Value: SSZValue>(
        _ value: Value, _ shape: Value.Shape, _ marks: AnswerMarks? = nil, isShared: Bool = false, spec: BeaconSpec, for request: Request
    ) throws -> Response {
        guard try request.negotiate([MediaTypes.json, MediaTypes.ssz]) == MediaTypes.ssz else {
            return versionedJSON(value.json(shape), marks)
        }
        var response = Response.bytes(value.serialize(shape), type: MediaTypes.ssz)
        response.headers[.consensusVersion] = isShared ? ConsensusVersion.json : spec.fork.rawValue
        return response
    }

    /// JSON with its fork's name; see ``ConsensusVersion``.
    static func versionedJSON(_ data: JSONValue, _ marks: AnswerMarks? = nil) -> Response {
        var members: [JSONValue.Member] = [.init("version", .string(ConsensusVersion.json))]
        if let marks {
            members += [.init("execution_optimistic", .bool(marks.isOptimistic)), .init("finalized", .bool(marks.isFinalized))]
        }
        var response = Response.json(.object(members + [.init("data", data)]))
        response.headers[.consensusVersion] = ConsensusVersion.json
        return response
    }

    /// Runs `submit` and answers 200, or 400 with what was refused: `{"code", "message", "failures"}` where several messages
    /// were offered together.
    static func submitting(isBatch: Bool = false, _ submit: () async throws -> Void) async throws -> Response {
        do {
            try await submit()
            return Response(status: .ok)
        } catch let refused as SubmissionRefused {
            guard isBatch else { throw DoorError(.badRequest, refusing: refused) }
            return .json(
                [
                    "code": 400, "message": .string("\(refused.failures.count) of the messages were refused"),
                    "failures": .array(
                        refused.failures.map {
                            [
                                "index": JSONValue($0.index), "message": .string($0.message), "rule": .string($0.rule),
                                "fault": .string($0.fault.rawValue),
                            ]
                        }),
                ], status: .badRequest)
        }
    }
}

/// What answers call this chain's containers (docs/decisions/0010).
///
/// In JSON they are Electra's with more members, which readers of Electra pass over: `electra`. The SSZ of those that our
/// fork changed is not Electra's: there the header `Eth-Consensus-Version` says `pol`, so that nobody misreads it.
enum ConsensusVersion {
    static let json = ForkName.electra.rawValue

    /// Refuses a request whose header names another fork. One without the header is taken: there is only one.
    static func check(_ request: Request) throws(DoorError) {
        guard let version = request.headers[.consensusVersion] else { return }
        guard ForkName(rawValue: version.lowercased()) != nil else {
            throw .badRequest("Unsupported Eth-Consensus-Version: \(version)", hint: "this chain is electra (JSON) or pol")
        }
    }
}

enum MediaTypes {
    static let json = "application/json"
    static let ssz = "application/octet-stream"
}

extension HTTPField.Name {
    /// `Eth-Consensus-Version`: the fork whose containers a body holds.
    static let consensusVersion: HTTPField.Name = HTTPField.Name("Eth-Consensus-Version") ?? .contentType
}
