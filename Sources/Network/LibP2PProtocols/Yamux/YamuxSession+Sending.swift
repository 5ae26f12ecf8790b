public import NIOCore

extension YamuxSession {
    /// The next frame for the peer, or `nil` while there is none.
    public mutating func nextFrame() -> ByteBuffer? {
        if control.readableBytes > 0 {
            defer { control = ByteBuffer() }
            return control
        }
        while let id = ready.popFirst() {
            guard var stream = streams[id] else { continue }
            stream.isScheduled = false
            let frame = takeFrame(of: &stream, id: id)
            streams[id] = stream
            if stream.finSent && stream.remoteClosed { remove(id) }
            if let frame {
                if hasMore(stream) { schedule(id) }
                return frame
            }
        }
        return nil
    }

    private func hasMore(_ stream: YamuxStreamState) -> Bool {
        stream.queuedBytes > 0 ? stream.sendWindow > 0 : stream.writeClosed && !stream.finSent
    }

    private func takeFrame(of stream: inout YamuxStreamState, id: YamuxStreamID) -> ByteBuffer? {
        var size = min(stream.queuedBytes, Int(stream.sendWindow), limits.dataFrame)
        var flags = stream.pendingFlags
        stream.pendingFlags = []
        if stream.writeClosed && !stream.finSent && size == stream.queuedBytes {
            flags.insert(.fin)
            stream.finSent = true
        }
        guard size > 0 else {
            guard !flags.isEmpty else { return nil }
            var frame = ByteBuffer()
            YamuxHeader(.windowUpdate, flags, stream: id, length: 0).write(to: &frame)
            return frame
        }
        var frame = ByteBuffer()
        frame.reserveCapacity(YamuxHeader.size + size)
        YamuxHeader(.data, flags, stream: id, length: UInt32(size)).write(to: &frame)
        stream.queuedBytes -= size
        stream.sendWindow -= UInt32(size)
        while size > 0, var first = stream.queue.popFirst() {
            guard var chunk = first.readSlice(length: min(size, first.readableBytes)) else { break }
            size -= chunk.readableBytes
            frame.writeBuffer(&chunk)
            if first.readableBytes > 0 { stream.queue.prepend(first) }
        }
        return frame
    }
}
