import Hummingbird
import JSON
import Logging
import NIOCore
import NIOHTTP1

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
        } catch  where Self.isBroken(error) {
            return response(to: .framing("the body is not well-formed HTTP/1.1, or the connection broke: \(error)"))
        } catch {
            context.logger.error("request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return response(to: DoorError(.internalServerError, "the node could not answer", hint: "its log says why"))
        }
    }

    private func response(to error: DoorError) -> Response {
        var response = Response.json(error.json(format), status: error.status)
        response.headers.append(contentsOf: error.headers)
        // What is left of a body that was not read to its end would be taken for the next request, or read for nothing.
        if error.status == .contentTooLarge || error.isFraming { response.headers[.connection] = "close" }
        return response
    }

    /// Whether `error` is the connection's: the body was not readable, or the client is gone. No fault of this node.
    private static func isBroken(_ error: any Error) -> Bool {
        error is HTTPParserError || error is HeadFault || error is ChannelError || error is IOError
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

extension DoorError {
    static func framing(_ message: String) -> DoorError {
        var error = DoorError(.badRequest, message)
        error.isFraming = true
        return error
    }
}
