extension HTTPReader {
    /// What is asked of a server.
    public struct Request: Sendable {
        public enum Method: String, Sendable { case get = "GET", head = "HEAD", post = "POST" }

        public var method: Method
        /// Scheme, host, port, path and query.
        public var url: String
        public var headers: [(name: String, value: String)] = []
        public var body: [UInt8]?
        /// A header for the first host alone, such as one with a token: a redirect elsewhere is followed without it.
        public var secret: (name: String, value: String)?

        public init(_ method: Method = .get, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil) {
            self.method = method
            self.url = url
            self.headers = headers
            self.body = body
        }
    }
}
