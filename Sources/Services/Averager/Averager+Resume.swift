import ContentRouting
import Logging
import Primitives
import ServiceInterfaces
import UpdateLife

extension Averager {
    /// Takes up what an earlier run of the node left open: each file that waited to be judged is judged, or handed back with
    /// a reason; a candidate whose votes were being counted is over, for nobody counts them any more.
    func resume() async {
        let open = await updates.latest(1000).filter(\.stage.isOpen).reversed()
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

    private func resume(_ record: UpdateRecord) async {
        guard (try? await routing.fetch(record.id)) != nil else {
            await refuse(RefusedUpdate(.unavailable, "the node stopped before it had the file; send it again"), record.id)
            return
        }
        await admit(record.id)
        wake?.yield()
    }
}
