import Foundation
import NIOCore

/// Why a door could not be opened, in one line that names the port and its use.
public enum ListenError: Error, Hashable, Sendable, CustomStringConvertible {
    case inUse(name: String, address: ListenAddress)
    case notPermitted(name: String, address: ListenAddress)
    case notAnAddressOfThisMachine(name: String, address: ListenAddress)
    case unknownHost(name: String, address: ListenAddress)
    case other(name: String, address: ListenAddress, reason: String)

    public var description: String {
        switch self {
        case .inUse(let name, let address):
            "port \(address.port) (\(name)) is already in use: stop the other program (ss -ltnp 'sport = :\(address.port)' names it) "
                + "or choose another port in .env"
        case .notPermitted(let name, let address):
            "port \(address.port) (\(name)) may not be opened by this user: choose a port above 1023 in .env"
        case .notAnAddressOfThisMachine(let name, let address):
            "\(address.host) (\(name)) is not an address of this machine: listen on 127.0.0.1 or 0.0.0.0"
        case .unknownHost(let name, let address):
            "the host name '\(address.host)' (\(name)) is unknown: listen on 127.0.0.1 or 0.0.0.0"
        case .other(let name, let address, let reason):
            "cannot listen on \(address) (\(name)): \(reason)"
        }
    }

    /// What `error`, thrown while binding `address`, means; `nil` when it has nothing to do with binding.
    init?(_ error: any Error, name: String, address: ListenAddress) {
        switch error {
        case let error as IOError:
            switch error.errnoCode {
            case EADDRINUSE: self = .inUse(name: name, address: address)
            case EACCES, EPERM: self = .notPermitted(name: name, address: address)
            case EADDRNOTAVAIL: self = .notAnAddressOfThisMachine(name: name, address: address)
            default: self = .other(name: name, address: address, reason: error.description)
            }
        case is SocketAddressError, is SocketAddressError.UnknownHost: self = .unknownHost(name: name, address: address)
        default: return nil
        }
    }
}
