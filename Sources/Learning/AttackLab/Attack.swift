/// What attackers send in place of an honest update.
public enum Attack: String, Sendable, CaseIterable {
    /// The opposite of what they learnt.
    case signFlip = "sign-flip"
    /// Noise ten times as large as an honest change.
    case gaussian
    /// "A little is enough" (Baruch et al., 2019): the honest mean shifted by as many standard deviations as still
    /// look ordinary.
    case alie
    /// Fang et al. (2020) against Krum: the largest step against the honest mean that Krum still selects.
    case fang
    /// Another trainer's update under their own key.
    case copycat
    /// NaN where scales should be.
    case notANumber = "nan"
    /// More bytes than an update may have.
    case oversize
    /// A backdoor scaled up to survive the average (model replacement).
    case backdoor
    /// A backdoor blended into an honest update at its size: what a loss gate cannot see.
    case cleanLabel = "clean-label"

    /// The attacks of the standard table. `cleanLabel` is shown apart: no gate that sees losses alone can stop it.
    public static let standard: [Attack] = [.signFlip, .gaussian, .alie, .fang, .copycat, .notANumber, .oversize, .backdoor]

    /// What it does, in a few words.
    public var summary: String {
        switch self {
        case .signFlip: "sends the opposite change"
        case .gaussian: "sends noise of ten times the size"
        case .alie: "shifts the honest mean just within its spread"
        case .fang: "goes against the mean as far as Krum allows"
        case .copycat: "sends another's update as its own"
        case .notANumber: "sends NaN"
        case .oversize: "sends too many bytes"
        case .backdoor: "sends a backdoor, scaled up"
        case .cleanLabel: "blends a backdoor into honest work"
        }
    }
}
