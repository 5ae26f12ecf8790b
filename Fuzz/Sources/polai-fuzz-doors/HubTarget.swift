import Foundation
import FuzzDriver
import HTTPReader
@testable import ModelHub

extension FuzzTarget {
    /// The first byte chooses the answer's kind or one of its headers.
    static let hub = FuzzTarget(
        "hub", "answers of a model hub: listings, redirects, content ranges",
        words: [
            "\"sha\"", "\"type\"", "\"file\"", "\"oid\"", "\"size\"", "\"path\"", "\"lfs\"", "rel=\"next\"", "bytes ", "../", "http://",
            "18446744073709551615",
        ]
    ) { _ in
        let digest = String(repeating: "ab", count: 20)
        let texts = [
            "{\"sha\":\"\(digest)\"}",
            "[{\"type\":\"file\",\"oid\":\"\(digest)\",\"size\":5,\"path\":\"config.json\"},{\"type\":\"file\",\"size\":9,\"path\":\"model.safetensors\",\"lfs\":{\"oid\":\"\(digest)\",\"size\":9}}]",
            "<https://hub.example/api?cursor=1>; rel=\"next\"", "bytes 5-9/10", "https://cdn.example/file?x=1", "ORG/NAME-1.5B",
            "W/\"\(digest)\"", "folder/*.safetensors",
        ]
        guard let url = URL(string: "https://hub.example/api/models/a/b") else { return Prepared(seeds: []) { _ in } }
        let seeds = texts.enumerated().map { [UInt8($0)] + Array($1.utf8) }
        return Prepared(seeds: seeds) { bytes in
            var input = FuzzInput(bytes)
            let kind = input.index(below: 8)
            let rest = input.rest()
            let text = String(decoding: rest, as: UTF8.self)
            switch kind {
            case 0: _ = try HubListing.commit(rest, url: url)
            case 1:
                let files = try HubListing.files(rest, url: url)
                for file in files { promise(!file.path.text.split(separator: "/").contains(".."), "a path that leaves its folder") }
                _ = try? FileSelection.choose(files, pattern: nil, model: RepositoryID("a/b"))
                let chosen = try FileSelection.choose(
                    HubListing.distinct(files, url: url), pattern: nil, model: RepositoryID("a/b", kind: .dataset))
                promise(Set(chosen.map(\.path)).count == chosen.count, "a file that is taken twice")
            case 2: _ = HubListing.nextPage(text)
            case 3:
                if let range = TransferPlan.parse(text), let total = range.total { promise(range.first < total, "a range beyond its end") }
            case 4:
                var rule = RedirectRule(url)
                for _ in 0..<10 { try rule.follow(location: text) }
            case 5:
                let id = try RepositoryID(text)
                promise(!id.folderName.contains("/") && !id.folderName.contains(".."), "a folder name that leaves the cache")
            case 6: _ = FileDigest(entityTag: text)
            default:
                let parts = text.split(separator: "\n", maxSplits: 1).map(String.init)
                _ = FileSelection.matches(parts.first ?? "", parts.count > 1 ? parts[1] : "*")
                _ = try RemotePath(text)
            }
        }
    }
}
