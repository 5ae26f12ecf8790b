public import JSON
import Primitives
public import SSZ

/// A statement as polai's own routes have it: the members `message` and `losses_root` of an object that has others, too.
extension AckStatement {
    public func members(_ spec: BeaconSpec) -> [JSONValue.Member] {
        Members(message: ack, lossesRoot: lossesRoot).json(spec).object ?? []
    }

    /// Reads the members of an object.
    public init(membersOf object: JSONValue, _ spec: BeaconSpec) throws(SSZError) {
        let members = try Members(json: object, spec)
        self.init(ack: members.message, lossesRoot: members.lossesRoot)
    }

    private struct Members: BeaconContainer {
        var message = UpdateAck()
        var lossesRoot = Bytes32.zero

        init() {}

        init(message: UpdateAck, lossesRoot: Bytes32) { (self.message, self.lossesRoot) = (message, lossesRoot) }

        mutating func visitFields<Visitor: SSZFieldVisitor>(_ visitor: inout Visitor, _ spec: BeaconSpec) throws(Visitor.Failure) {
            try visitor.visit("message", &message, spec)
            try visitor.visit("losses_root", &lossesRoot)
        }
    }
}
