/// How a connection is secured, by the name that multistream-select has for it.
public enum ConnectionSecurity: String, CaseIterable, Sendable {
    case noise = "/noise"
    case tls = "/tls/1.0.0"
}
