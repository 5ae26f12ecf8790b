import BeaconTypes
import HTTPDoor
import JSON
import Primitives

/// Names a validator: by its place in the registry or by its public key.
enum ValidatorID: Hashable {
    case index(ValidatorIndex)
    case publicKey(BLSPubkey)

    init(_ text: String) throws(DoorError) {
        if text.hasPrefix("0x") {
            guard let key = try? BLSPubkey(hex: text) else {
                throw .badRequest("Invalid validator ID: \(text)", hint: "a public key is 0x and 96 hexadecimal digits")
            }
            self = .publicKey(key)
        } else {
            guard let index = try? Decimal.parse(text, "validator ID") else {
                throw .badRequest("Invalid validator ID: \(text)", hint: "use an index or a public key")
            }
            self = .index(index)
        }
    }
}

/// Which validators a caller asks for. Empty sets stand for all.
struct ValidatorFilter {
    private var indices: Set<ValidatorIndex> = []
    private var publicKeys: Set<BLSPubkey> = []
    private var statuses: Set<String> = []
    private let acceptsAll: Bool

    init(ids: [String], statuses: [String]) throws(DoorError) {
        acceptsAll = ids.isEmpty
        for text in ids {
            switch try ValidatorID(text) {
            case .index(let index): indices.insert(index)
            case .publicKey(let key): publicKeys.insert(key)
            }
        }
        for status in statuses {
            guard ValidatorStatus(rawValue: status) != nil || ValidatorStatus.groups.contains(status[...]) else {
                throw .badRequest("Invalid validator status: \(status)", hint: "such as active or active_ongoing")
            }
            self.statuses.insert(status)
        }
    }

    func accepts(_ index: ValidatorIndex, _ validator: Validator) -> Bool {
        acceptsAll || indices.contains(index) || publicKeys.contains(validator.pubkey)
    }

    func accepts(_ status: ValidatorStatus) -> Bool {
        statuses.isEmpty || statuses.contains(status.rawValue) || statuses.contains(String(status.group))
    }

    var isEverybody: Bool { acceptsAll && statuses.isEmpty }

    /// A JSON array of strings; absent and null are empty.
    static func strings(_ value: JSONValue?, _ name: String) throws(DoorError) -> [String] {
        guard let value, !value.isNull else { return [] }
        guard let elements = value.array else { throw .badRequest("Invalid \(name): expected an array, found \(value.kind)") }
        var result: [String] = []
        for element in elements {
            guard let text = element.string else { throw .badRequest("Invalid \(name): expected a string, found \(element.kind)") }
            result.append(text)
        }
        return result
    }
}
