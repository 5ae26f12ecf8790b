import BeaconTypes
import HTTPDoor
import HTTPTypes
import Hummingbird
import JSON
import SSZ

extension Response {
    /// `{"data": …}`.
    static func data(_ data: JSONValue) -> Response { .json(["data": data]) }

    /// `{"execution_optimistic", "finalized", "data"}`. A block is only imported once the execution layer has
    /// validated it, so no answer is ever optimistic.
    static func chainData(_ data: JSONValue, finalized: Bool) -> Response {
        .json(["execution_optimistic": false, "finalized": .bool(finalized), "data": data])
    }

    /// A container in the form that the caller accepts: JSON with its fork's name, or SSZ.
    static func versioned<Container: BeaconContainer>(
        _ container: Container, finalized: Bool, spec: BeaconSpec, for request: Request
    ) throws -> Response {
        var response: Response
        if try request.negotiate([MediaTypes.json, MediaTypes.ssz]) == MediaTypes.ssz {
            response = .bytes(container.serialize(spec), type: MediaTypes.ssz)
        } else {
            response = .json([
                "version": .string(spec.fork.rawValue), "execution_optimistic": false, "finalized": .bool(finalized),
                "data": container.json(spec),
            ])
        }
        response.headers[.consensusVersion] = spec.fork.rawValue
        return response
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
