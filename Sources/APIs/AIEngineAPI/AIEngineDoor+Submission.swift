import HTTPDoor
import Hummingbird
import Primitives
import ServiceInterfaces
import UpdateCodec
import UpdateLife

extension AIEngineDoor {
    private struct Accepted: Encodable {
        let id: String
    }

    /// `POST /updates`: an update file for the head adapter, its bytes as the body. 202 and its id when it is well formed,
    /// signed and for the head; `GET /updates/{id}` then tells the verdict.
    func addSubmissionRoute(to router: DoorRouter) {
        router.post("/updates") { request, _ in
            guard let gateway else {
                throw DoorError(.methodNotAllowed, "this node takes no updates over HTTP", hint: "send them to a node that runs a gate")
            }
            let file = try await request.bytes(upTo: UpdateFile.maximumSize)
            guard !file.isEmpty else {
                throw DoorError.badRequest("the body is empty", hint: "send the bytes of one update file, as polai trainer does")
            }
            do {
                let id = try await gateway.submit(file)
                return try Response.json(encoding: Accepted(id: id.hex), status: .accepted)
            } catch let error as SubmissionError {
                throw Self.answer(to: error)
            }
        }
    }

    private static func answer(to error: SubmissionError) -> DoorError {
        guard case .refused(let refused) = error else {
            return DoorError(.serviceUnavailable, refusing: error, hint: "GET /updates shows what waits")
        }
        return switch refused.kind {
        case .parent:
            DoorError(.conflict, refusing: refused, hint: "GET /status names the head adapter; GET /adapter?form=raw&root= gives it")
        case .signature: DoorError(.forbidden, refusing: refused, hint: "sign with the key that public_key names")
        default: DoorError(.badRequest, refusing: refused, hint: "docs/learning.md describes the update file")
        }
    }
}
