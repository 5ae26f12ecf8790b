import NIOHTTP1

/// The rules for a request's line and header fields that hold at every door (RFC 9110, RFC 9112).
struct HeadRules: Sendable {
    let hosts: HostRule

    /// Bytes of a request's target.
    static let targetLimit = 64 << 10
    /// Bytes of all its header fields.
    static let headerLimit = 64 << 10

    private static let methods: [HTTPMethod] = [.GET, .HEAD, .POST, .PUT, .PATCH, .DELETE, .OPTIONS, .CONNECT, .TRACE]

    /// What is wrong with `head`; `nil` where nothing is.
    func fault(of head: HTTPRequestHead) -> HeadFault? {
        if head.uri.utf8.count > Self.targetLimit { return .targetTooLong }
        if head.headers.reduce(0, { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }) > Self.headerLimit { return .headersTooLong }
        guard Self.methods.contains(head.method) else {
            return HeadFault(status: .notImplemented, message: "the method \(head.method.rawValue) is not known here")
        }
        return codingFault(head) ?? hostFault(head) ?? expectationFault(head)
    }

    private func hostFault(_ head: HTTPRequestHead) -> HeadFault? {
        let hosts = head.headers["host"]
        guard hosts.count <= 1 else { return .framing("the request has \(hosts.count) Host headers") }
        guard let host = hosts.first else {
            return head.isOld ? nil : .framing("the request has no Host header")
        }
        guard !host.isEmpty else { return .framing("the request's Host header is empty") }
        guard self.hosts.allows(host) else {
            return HeadFault(
                status: .forbidden, message: "invalid host specified: '\(host.prefix(100))'",
                hint: "call the door by its IP address or by localhost, or allow the name with the door's vhosts option")
        }
        return nil
    }

    private func codingFault(_ head: HTTPRequestHead) -> HeadFault? {
        let codings = head.headers[canonicalForm: "transfer-encoding"].map { $0.lowercased() }
        guard !codings.isEmpty else { return nil }
        guard !head.isOld, !head.headers.contains(name: "content-length") else {
            return .framing("a Transfer-Encoding does not go with HTTP/1.0 or with a Content-Length")
        }
        guard codings == ["chunked"] else {
            return HeadFault(
                status: .notImplemented, message: "the transfer coding '\(codings.joined(separator: ", ").prefix(100))' is not known here",
                hint: "send the body chunked or with a Content-Length")
        }
        return nil
    }

    private func expectationFault(_ head: HTTPRequestHead) -> HeadFault? {
        let expected = head.headers["expect"]
        guard !expected.allSatisfy({ $0.lowercased() == "100-continue" }) else { return nil }
        return HeadFault(status: .expectationFailed, message: "only the expectation 100-continue is known here")
    }
}

extension HTTPRequestHead {
    /// Whether a body is announced.
    var hasBody: Bool { headers.contains(name: "transfer-encoding") || headers.first(name: "content-length").map { $0 != "0" } ?? false }

    /// HTTP/1.0, which has neither chunked bodies nor expectations and need not name a host.
    var isOld: Bool { version.major < 1 || (version.major == 1 && version.minor == 0) }

    /// Whether the client waits for leave to send its body.
    var expectsContinue: Bool { !isOld && headers["expect"].contains { $0.lowercased() == "100-continue" } }
}
