import Hummingbird
import JSON
import Logging

/// Turns every error into a JSON answer with a status. What a caller did not cause is logged and stays inside.
struct ErrorResponseMiddleware: RouterMiddleware {
    let format: DoorErrorFormat

    func handle(
        _ request: Request, context: DoorContext, next: (Request, DoorContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as DoorError {
            return response(to: error)
        } catch let error as HTTPError {
            return response(to: Self.explain(error, request))
        } catch let error as CancellationError {
            throw error
        } catch {
            context.logger.error("request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return response(to: DoorError(.internalServerError, "the node could not answer", hint: "its log says why"))
        }
    }

    private func response(to error: DoorError) -> Response {
        var members: [JSONValue.Member] = [.init("code", JSONValue(error.status.code))]
        switch format {
        case .codeAndMessage: members.append(.init("message", .string(error.description)))
        case .withHint:
            members.append(.init("message", .string(error.message)))
            if let hint = error.hint { members.append(.init("hint", .string(hint))) }
        }
        return .json(.object(members), status: error.status)
    }

    /// The framework's own errors, in the words of a door.
    private static func explain(_ error: HTTPError, _ request: Request) -> DoorError {
        switch error.status {
        case .notFound:
            DoorError(.notFound, "no such path: \(request.method.rawValue) \(request.uri.path)", hint: "check the path and the method")
        case .contentTooLarge:
            DoorError(.contentTooLarge, "the request body is too large")
        default:
            DoorError(error.status, error.body ?? error.status.reasonPhrase)
        }
    }
}
