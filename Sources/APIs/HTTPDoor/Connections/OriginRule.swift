import HTTPTypes
import Hummingbird

/// Answers for a door that only some web pages may read: takes the leave that ``DoorRouter`` gives to all from the others.
struct OriginRule<Inner: HTTPResponder>: HTTPResponder where Inner.Context == DoorContext {
    let inner: Inner
    let origins: [String]

    func respond(to request: Request, context: DoorContext) async throws -> Response {
        var response = try await inner.respond(to: request, context: context)
        guard !origins.contains("*"), response.headers[.accessControlAllowOrigin] != nil else { return response }
        response.headers.append(HTTPField(name: .vary, value: "Origin"))
        if let origin = request.headers[.origin], origins.contains(where: { $0.lowercased() == origin.lowercased() }) {
            response.headers[.accessControlAllowOrigin] = origin
        } else {
            for name in [HTTPField.Name.accessControlAllowOrigin, .accessControlAllowHeaders, .accessControlAllowMethods] {
                response.headers[name] = nil
            }
        }
        return response
    }
}
