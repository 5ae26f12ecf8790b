import HTTPDoor
import HTTPTypes
import Hummingbird
import Primitives

/// A file of the page, compiled into the program so that the binary can be moved.
struct PageFile: Sendable {
    let path: String
    let mediaType: String
    let bytes: [UInt8]
    private let tag: String

    private init(_ path: String, _ mediaType: String, _ bytes: [UInt8]) {
        self.path = path
        self.mediaType = mediaType
        self.bytes = bytes
        tag = "\"\(SHA256.hash(bytes).bytes.bareHex.prefix(16))\""
    }

    static let all: [PageFile] = [
        PageFile("/", "text/html; charset=utf-8", PackageResources.index_html),
        PageFile("/dashboard.css", "text/css; charset=utf-8", PackageResources.dashboard_css),
        PageFile("/icon.svg", "image/svg+xml", PackageResources.icon_svg),
        script("main", PackageResources.main_js), script("axes", PackageResources.axes_js),
        script("chain", PackageResources.chain_js), script("clock", PackageResources.clock_js),
        script("curve", PackageResources.curve_js), script("dom", PackageResources.dom_js), script("format", PackageResources.format_js),
        script("learning", PackageResources.learning_js), script("stream", PackageResources.stream_js),
        script("tables", PackageResources.tables_js), script("unseen", PackageResources.unseen_js),
    ]

    private static func script(_ name: String, _ bytes: [UInt8]) -> PageFile {
        PageFile("/\(name).js", "text/javascript; charset=utf-8", bytes)
    }

    /// The file, or 304 to a browser that has this very version. The page may load nothing from elsewhere.
    func response(to request: Request) -> Response {
        let headers: HTTPFields = [.eTag: tag, .cacheControl: "no-cache"]
        guard request.headers[.ifNoneMatch] != tag else { return Response(status: .notModified, headers: headers) }
        var response = Response.bytes(bytes, type: mediaType)
        response.headers.append(contentsOf: headers)
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'"
        response.headers[.xContentTypeOptions] = "nosniff"
        return response
    }
}
