public import Hummingbird

extension Request {
    /// The best of `offers` by the request's `Accept` header (RFC 9110 §12.5.1); the first one when there is no header.
    ///
    /// - Parameter offers: media types, the door's favourite first; it wins a tie.
    /// - Throws: ``DoorError`` 406 when the caller accepts none.
    public func negotiate(_ offers: [String]) throws(DoorError) -> String {
        guard let header = headers[.accept], let favourite = offers.first else { return offers.first ?? "" }
        let ranges = header.split(separator: ",").compactMap { MediaRange(String($0)) }
        guard !ranges.isEmpty else { return favourite }
        var best: (offer: String, quality: Double)?
        for offer in offers {
            let match = ranges.filter { $0.matches(offer) }.max { $0.precision < $1.precision }
            guard let quality = match?.quality, quality > 0 else { continue }
            if best.map({ quality > $0.quality }) ?? true { best = (offer, quality) }
        }
        guard let best else {
            throw DoorError(
                HTTPResponse.Status(code: 406), "cannot answer as '\(header)'", hint: "accept \(offers.joined(separator: " or "))")
        }
        return best.offer
    }
}

/// One element of an `Accept` header.
struct MediaRange {
    let type: String
    let subtype: String
    let quality: Double

    init?(_ text: String) {
        let parts = text.split(separator: ";").map(\.trimmingWhitespace)
        guard let names = parts.first?.lowercased().split(separator: "/"), names.count == 2 else { return nil }
        type = String(names[0])
        subtype = String(names[1])
        let weight = parts.dropFirst().first { $0.lowercased().hasPrefix("q=") }?.dropFirst(2)
        quality = weight.flatMap { Double($0) }.map { min(max($0, 0), 1) } ?? 1
    }

    /// How exactly the range names a type: 0 for `*/*`, 1 for `type/*`, 2 for `type/subtype`.
    var precision: Int { type == "*" ? 0 : subtype == "*" ? 1 : 2 }

    func matches(_ mediaType: String) -> Bool {
        let names = mediaType.split(separator: "/")
        guard names.count == 2 else { return false }
        return (type == "*" || type == names[0]) && (subtype == "*" || subtype == names[1])
    }
}
