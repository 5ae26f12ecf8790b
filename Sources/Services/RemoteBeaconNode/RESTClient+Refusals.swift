import JSON
import Primitives
import ServiceInterfaces

extension RESTClient {
    /// What the node says of a request that it did not serve, with the type that it has on the other side of the door:
    /// ``SubmissionRefused`` for messages that were offered together, ``RemoteBeaconNodeError`` for all else.
    static func refusal(_ request: RESTRequest, _ status: Int, _ body: [UInt8]) -> any Error {
        let json = try? JSONValue(parsing: body)
        if status == 400, let failures = json?["failures"]?.array.map({ $0.compactMap(failure) }), !failures.isEmpty {
            return SubmissionRefused(failures.sorted { $0.index < $1.index })
        }
        let reason = json.flatMap(reason)
        if status == 503, reason?.rule == BeaconRule.optimisticHead { return RemoteBeaconNodeError.optimistic(path: request.path) }
        let text = json?["message"]?.string ?? String(decoding: body.prefix(textLimit), as: UTF8.self)
        return RemoteBeaconNodeError.refused(
            path: request.path, status: status, message: String(text.prefix(textLimit)), reason: reason)
    }

    /// Characters of a node's words that are shown.
    private static let textLimit = 300

    private static func failure(_ entry: JSONValue) -> SubmissionRefused.Failure? {
        // No request offers so many messages, and places are added up.
        guard let index = entry["index"]?.uint64 ?? entry["index"].flatMap(AnswerFields.number), index <= UInt64(UInt32.max) else {
            return nil
        }
        let place = Int(index)
        let message = String((entry["message"]?.string ?? "").prefix(textLimit))
        guard let reason = reason(entry) else { return SubmissionRefused.Failure(index: place, message: message) }
        return SubmissionRefused.Failure(index: place, message: message, rule: reason.rule, fault: reason.fault)
    }

    /// `rule` and `fault`, which nodes of this program add to the API's error objects.
    private static func reason(_ json: JSONValue) -> RemoteBeaconNodeError.Reason? {
        guard let rule = json["rule"]?.string, rule.utf8.count <= 100, let fault = json["fault"]?.string.flatMap(Fault.init) else {
            return nil
        }
        return RemoteBeaconNodeError.Reason(rule: rule, fault: fault)
    }
}
