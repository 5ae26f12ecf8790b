import HTTPTypes
import Hummingbird

/// Sends long answers as gzip to those who ask for it (`Accept-Encoding`, RFC 9110 §12.5.3).
///
/// The cost is bounded: answers of less than a kilobyte, streams of events and pictures stay as they are, as does whatever is
/// answered while ``CompressionSlot/limit`` others are being compressed, each with about 260 KiB of memory.
struct CompressionMiddleware: RouterMiddleware {
    static let leastLength = 1024
    func handle(
        _ request: Request, context: DoorContext, next: (Request, DoorContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard Self.isCompressible(response) else { return response }
        response.headers.append(HTTPField(name: .vary, value: "Accept-Encoding"))
        guard request.method != .head, request.headers[.acceptEncoding].map(Self.acceptsGzip) ?? false else { return response }
        guard let slot = CompressionSlot() else { return response }
        response.headers[.contentEncoding] = "gzip"
        response.headers[.contentLength] = nil
        let body = response.body
        response.body = ResponseBody { writer in
            defer { withExtendedLifetime(slot) {} }
            guard let encoder = GzipEncoder() else { throw CancellationError() }
            try await body.write(GzipWriter(parent: writer, encoder: encoder))
        }
        return response
    }

    private static func isCompressible(_ response: Response) -> Bool {
        guard let length = response.body.contentLength, length >= leastLength, response.headers[.contentEncoding] == nil,
            let type = response.headers[.contentType]
        else { return false }
        return ["application/json", "application/octet-stream", "text/"].contains { type.hasPrefix($0) }
    }

    /// Whether a list of codings holds gzip, by its name or as any, with a weight above zero.
    static func acceptsGzip(_ header: String) -> Bool {
        var any: Bool?
        for element in header.split(separator: ",") {
            let parts = String(element).split(separator: ";").map(\.trimmingWhitespace).map { $0.lowercased() }
            guard let coding = parts.first else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            if coding == "gzip" || coding == "x-gzip" { return weight > 0 }
            if coding == "*" { any = weight > 0 }
        }
        return any ?? false
    }
}
