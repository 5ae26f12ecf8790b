import BeaconTypes
import ContentRouting
import Logging
import Primitives
import ServiceInterfaces
import UpdateLife

extension Averager {
    /// Takes up what an earlier run of the node left open: each file that waited to be judged is judged, or handed back with
    /// a reason; a candidate whose votes were being counted is over, for nobody counts them any more. So is one that was to
    /// enter a block: its certificate went with the process.
    func resume() async {
        let records = await updates.latest(1000)
        await giveUpCertificates(records)
        let open = records.filter(\.stage.isOpen).reversed()
        guard !open.isEmpty else { return }
        logger.notice("\(open.count) updates were left open when the node stopped; they are judged now or handed back")
        for record in open {
            if record.isFile {
                await resume(record)
            } else {
                await updates.apply(.timedOut("the node stopped while its votes were counted"), to: record.id)
            }
        }
    }

    /// A candidate on another adapter than the head's needs no word: the head has moved on, with it or without.
    private func giveUpCertificates(_ records: [UpdateRecord]) async {
        let certified = records.filter { $0.stage == .certified && !$0.isFile }
        guard !certified.isEmpty, let head = try? await currentLearning().learning.adapterRoot else { return }
        for record in certified where record.parent == head {
            logger.notice("a certificate was lost when the node stopped", metadata: ["update": "\(record.id.shortHex)"])
            await updates.apply(.certificateLost("the node stopped before a block took its certificate"), to: record.id)
        }
    }

    private func resume(_ record: UpdateRecord) async {
        guard (try? await routing.fetch(record.id)) != nil else {
            await refuse(RefusedUpdate(.unavailable, "the node stopped before it had the file; send it again"), record.id)
            return
        }
        await admit(record.id)
        wake?.yield()
    }
}
