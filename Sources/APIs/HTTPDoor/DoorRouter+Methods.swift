import HTTPTypes
public import Hummingbird

extension DoorRouter {
    /// Answers 405 with an `Allow` header to every other method of the paths that were added. Call it last.
    public func refuseOtherMethods() {
        var known: [String: Set<HTTPRequest.Method>] = [:]
        for route in routes { known[route.path.description, default: []].insert(route.method) }
        for (path, methods) in known {
            let names = methods.map(\.rawValue).filter { $0 != "HEAD" }.sorted()
            for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete, .trace, .connect] where !methods.contains(method) {
                on(RouterPath(path), method: method) { request, _ -> Response in
                    throw DoorError.methodNotAllowed(request, allowed: names)
                }
            }
        }
    }
}

extension DoorError {
    static func methodNotAllowed(_ request: Request, allowed: [String]) -> DoorError {
        let names = allowed.joined(separator: ", ")
        var error = DoorError(.methodNotAllowed, "\(request.method.rawValue) is not allowed for \(request.uri.path); use \(names)")
        error.headers[.allow] = names
        return error
    }
}
