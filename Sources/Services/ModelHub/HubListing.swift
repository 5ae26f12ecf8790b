import HTTPReader
import Foundation

/// A file of a model or data set, as the hub lists it.
public struct RemoteFile: Hashable, Sendable {
    public let path: RemotePath
    public let size: UInt64
    public let digest: FileDigest
}

/// Reads the hub's JSON answers. They are a stranger's words.
enum HubListing {
    /// The most files a model or data set may have.
    static let fileLimit = 20_000

    /// The commit that `/api/models/{id}/revision/{rev}`, or its like for a data set, names.
    static func commit(_ bytes: [UInt8], url: URL) throws(HubError) -> String {
        struct Answer: Decodable { let sha: String }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(bytes)) else {
            throw .malformedAnswer(url: RedirectRule.shown(url), reason: "it names no commit")
        }
        guard case .gitBlob? = FileDigest(hexadecimal: answer.sha) else {
            throw .malformedAnswer(url: RedirectRule.shown(url), reason: "'\(answer.sha.prefix(60))' is no commit")
        }
        return answer.sha
    }

    /// The files of one page of `/api/models/{id}/tree/{rev}`; folders are left out.
    static func files(_ bytes: [UInt8], url: URL) throws(HubError) -> [RemoteFile] {
        struct Entry: Decodable {
            struct LFS: Decodable { let oid: String, size: UInt64? }
            let type: String, oid: String?, size: UInt64?, path: String, lfs: LFS?
        }
        guard let entries = try? JSONDecoder().decode([Entry].self, from: Data(bytes)) else {
            throw .malformedAnswer(url: RedirectRule.shown(url), reason: "it is no list of files")
        }
        var files: [RemoteFile] = []
        for entry in entries where entry.type == "file" {
            let path = try RemotePath(entry.path)
            guard let size = entry.lfs?.size ?? entry.size, let text = entry.lfs?.oid ?? entry.oid,
                let digest = FileDigest(hexadecimal: text)
            else { throw .malformedAnswer(url: RedirectRule.shown(url), reason: "it gives \(path) no size or checksum") }
            files.append(RemoteFile(path: path, size: size, digest: digest))
        }
        return files
    }

    /// Refuses a listing that names a file twice: the second would take the place of the first.
    static func distinct(_ files: [RemoteFile], url: URL) throws(HubError) -> [RemoteFile] {
        var seen: Set<RemotePath> = []
        for file in files where !seen.insert(file.path).inserted {
            throw .malformedAnswer(url: RedirectRule.shown(url), reason: "it lists \(file.path) twice")
        }
        return files
    }

    /// The address of the next page in a `Link` header: `<https://…>; rel="next"`.
    static func nextPage(_ header: String?) -> String? {
        for part in (header ?? "").split(separator: ",") where part.contains("rel=\"next\"") {
            if let start = part.firstIndex(of: "<"), let end = part[start...].firstIndex(of: ">") {
                return String(part[part.index(after: start)..<end])
            }
        }
        return nil
    }
}
