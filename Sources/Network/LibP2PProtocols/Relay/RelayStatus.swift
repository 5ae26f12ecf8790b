/// What a relay answers (libp2p specs, circuit v2).
public enum RelayStatus: UInt64, Error, Sendable, CustomStringConvertible {
    case ok = 100
    case reservationRefused = 200
    case resourceLimitExceeded = 201
    case permissionDenied = 202
    case connectionFailed = 203
    case noReservation = 204
    case malformedMessage = 400
    case unexpectedMessage = 401

    public var description: String {
        switch self {
        case .ok: "the relay agrees"
        case .reservationRefused: "the relay refuses the reservation"
        case .resourceLimitExceeded: "the relay is at its limits"
        case .permissionDenied: "the relay does not allow it"
        case .connectionFailed: "the relay does not reach the peer"
        case .noReservation: "the peer has no reservation at the relay"
        case .malformedMessage: "the relay cannot read the message"
        case .unexpectedMessage: "the relay did not expect the message"
        }
    }
}
