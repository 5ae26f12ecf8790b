import ArgumentParser
import Trainer

/// The hostile trainers of `polai up --devnet --bad-trainer`.
enum BadTrainer: String, ExpressibleByArgument, CaseIterable {
    case signFlip = "sign-flip"
    case copy
    case notANumber = "nan"
    case oversize

    /// What it forges; `nil` when it trains and spoils the result.
    var forgery: HostileTrainer.Kind? {
        switch self {
        case .signFlip: nil
        case .copy: .copy
        case .notANumber: .notANumber
        case .oversize: .oversize
        }
    }
}
