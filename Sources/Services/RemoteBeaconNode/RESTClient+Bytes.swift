import HTTPReader

extension RESTClient {
    /// The answer's SSZ bytes; `nil` when the node says that it has no such thing.
    ///
    /// - Throws: `RemoteBeaconNodeError`, or `CancellationError`.
    func bytes(_ request: RESTRequest) async throws -> [UInt8]? {
        try await retrying(request) {
            let message = HTTPReader.Request(.get, endpoint.base + request.target, headers: [("Accept", "application/octet-stream")])
            let (status, bytes) = try await execute(message, request)
            if status == 404 { return nil }
            guard status == 200 else {
                throw Self.refusal(request, status, bytes)
            }
            return bytes
        }
    }
}
