/// How far an update came.
public enum UpdateStage: Sendable, Hashable {
    case announced
    case fetched
    case judged
    case voted
    case certified
    case included
    case finalised
    /// This node refused it.
    case refused(RefusedUpdate)
    /// Two thirds of the committee found it INVALID.
    case outvoted
    /// Lost its chance: another update changed the adapter first, or no quorum in time.
    case expired(String)

    /// Whether the update still waits for something.
    public var isOpen: Bool {
        switch self {
        case .announced, .fetched, .judged, .voted: true
        case .certified, .included, .finalised, .refused, .outvoted, .expired: false
        }
    }
}
